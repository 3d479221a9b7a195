//! What must hold for every schedule.

use std::collections::HashMap;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZoneDatabase};
use proptest::prelude::*;

use super::{Days, LocalTime, Occurrence, Recurrence, Zone};

const FIRST_YEAR: i32 = 2024;
const LAST_YEAR: i32 = 2033;

fn daily(zone: &str, time: &str) -> Recurrence {
    Recurrence {
        time: time.parse().unwrap(),
        zone: Zone::stored(zone).unwrap(),
        days: Days::DAILY,
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn every_zone() -> Vec<String> {
    let database = TimeZoneDatabase::bundled();
    database
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| name != "Factory")
        .collect()
}

fn due_times() -> [LocalTime; 7] {
    ["00:00", "00:30", "01:30", "02:00", "02:30", "03:00", "23:59"].map(|time| time.parse().unwrap())
}

#[test]
fn known_gaps_folds_and_ordinary_days_give_the_expected_instants() {
    let mut wrong = Vec::new();
    let mut cases = 0;
    for row in include_str!("dst_cases.tsv").lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [zone, day, time, _kind, expected] = columns[..] else {
            panic!("five columns in {row}")
        };
        let found = daily(zone, time).on(date(day)).map(|occurrence| occurrence.at);
        if found != Some(instant(expected)) {
            wrong.push(format!("{row}: {found:?}"));
        }
        cases += 1;
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(cases, 40);
}

/// The wall clock reaches the time at this instant and never did before; looked at every quarter of an hour of the
/// day before, since offsets are whole quarters.
fn assert_first_reached(zone: &Zone, due: NaiveDateTime, at: DateTime<Utc>) {
    assert!(zone.local_time_of(at) >= due, "{zone} {due}: {at} is too early");
    assert!(
        zone.local_time_of(at - TimeDelta::seconds(1)) < due,
        "{zone} {due}: {at} is too late"
    );
    for quarters in 1..=26 * 4 {
        let earlier = at - TimeDelta::minutes(15 * quarters);
        assert!(
            zone.local_time_of(earlier) < due,
            "{zone} {due}: the clock already showed it at {earlier}"
        );
    }
}

fn assert_each_day_once(recurrence: &Recurrence, from: NaiveDate, to: NaiveDate) {
    let mut expected = from;
    let mut last = None;
    for Occurrence { date, at } in recurrence
        .occurrences_from(from)
        .take_while(|next| next.date <= to)
    {
        assert_eq!(date, expected, "{recurrence:?}");
        assert!(
            last < Some(at),
            "{recurrence:?}: {at} does not come after {last:?}"
        );
        let due = date.and_time(recurrence.time.into());
        let shown = recurrence.zone.local_time_of(at);
        assert!(
            shown == due || shown > due && shown - due <= TimeDelta::hours(2),
            "{due} {recurrence:?}: {shown}"
        );
        expected = date.succ_opt().unwrap();
        last = Some(at);
    }
    assert_eq!(expected, to.succ_opt().unwrap(), "{recurrence:?} ends early");
}

/// Every change of the zone's clocks in the ten years, with the offset it leads to; first what holds at the beginning.
fn changes(name: &str) -> Vec<(Timestamp, Offset)> {
    let zone = TimeZoneDatabase::bundled().get(name).unwrap();
    let start: Timestamp = format!("{FIRST_YEAR}-01-01T00:00:00Z").parse().unwrap();
    let end: Timestamp = format!("{LAST_YEAR}-12-25T00:00:00Z").parse().unwrap();
    let later = zone
        .following(start)
        .take_while(|change| change.timestamp() < end);
    let later = later.map(|change| (change.timestamp(), change.offset()));
    std::iter::once((start, zone.to_offset(start)))
        .chain(later)
        .collect()
}

#[test]
fn in_every_zone_each_local_day_of_ten_years_comes_exactly_once() {
    let zones = every_zone();
    let first = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1).unwrap();
    let last = NaiveDate::from_ymd_opt(LAST_YEAR, 12, 31).unwrap();
    for (index, name) in zones.iter().enumerate() {
        let zone = Zone::stored(name).unwrap();
        // One time of day through all years, each of them in some zones; the next test takes all of them near changes.
        let time = due_times()[index % due_times().len()];
        assert_each_day_once(
            &Recurrence {
                time,
                zone,
                days: Days::DAILY,
            },
            first,
            last,
        );
    }
    assert!(zones.len() > 590, "only {} zones", zones.len());
}

#[test]
fn in_every_zone_every_time_is_due_when_clocks_first_reach_it_around_each_change() {
    // Zones whose clocks agree all the while are looked at once.
    let zones: HashMap<_, _> = every_zone()
        .into_iter()
        .map(|name| (changes(&name), name))
        .collect();
    for (changes, name) in zones {
        let zone = Zone::stored(&name).unwrap();
        for (change, _) in changes {
            let day = DateTime::from_timestamp(change.as_second(), 0)
                .unwrap()
                .date_naive();
            for time in due_times() {
                let recurrence = Recurrence {
                    time,
                    zone: zone.clone(),
                    days: Days::DAILY,
                };
                assert_each_day_once(&recurrence, day - TimeDelta::days(2), day + TimeDelta::days(2));
                for Occurrence { date, at } in recurrence.occurrences_from(day - TimeDelta::days(1)).take(3) {
                    assert_first_reached(&zone, date.and_time(time.into()), at);
                }
            }
        }
    }
}

#[test]
fn a_time_that_clocks_jump_over_at_midnight_is_due_on_the_next_day_and_still_counts_for_its_own() {
    // Toronto went from 23:30 to 00:30 in the night to 31 March 1919.
    let late = daily("America/Toronto", "23:45");
    let early = daily("America/Toronto", "00:15");
    let jump = instant("1919-03-31T04:30:00Z");
    assert_eq!(
        late.on(date("1919-03-30")),
        Some(Occurrence {
            date: date("1919-03-30"),
            at: jump
        })
    );
    assert_eq!(
        early.on(date("1919-03-31")),
        Some(Occurrence {
            date: date("1919-03-31"),
            at: jump
        })
    );
    assert_each_day_once(&late, date("1919-03-28"), date("1919-04-02"));
    assert_each_day_once(&early, date("1919-03-28"), date("1919-04-02"));
    let before = jump - TimeDelta::seconds(1);
    assert_eq!(
        late.next_after(before).map(|next| next.date),
        Some(date("1919-03-30"))
    );
    assert_eq!(
        late.next_after(jump).map(|next| next.date),
        Some(date("1919-03-31"))
    );
}

#[test]
fn a_day_that_a_zone_left_out_has_no_occurrence() {
    for (zone, before, missing, after) in [
        ("Pacific/Apia", "2011-12-29", "2011-12-30", "2011-12-31"),
        ("Pacific/Fakaofo", "2011-12-29", "2011-12-30", "2011-12-31"),
        ("Pacific/Kwajalein", "1993-08-20", "1993-08-21", "1993-08-22"),
        ("Pacific/Kiritimati", "1994-12-30", "1994-12-31", "1995-01-01"),
    ] {
        for time in due_times() {
            let recurrence = Recurrence {
                time,
                zone: Zone::stored(zone).unwrap(),
                days: Days::DAILY,
            };
            let dates: Vec<_> = recurrence
                .occurrences_from(date(before))
                .take(2)
                .map(|next| next.date)
                .collect();
            assert_eq!(dates, [date(before), date(after)], "{zone} {time}");
            assert_eq!(recurrence.on(date(missing)), None, "{zone} {time}");
        }
    }
}

#[test]
fn a_day_that_a_zone_had_twice_has_one_occurrence() {
    // Kwajalein moved to the other side of the date line with a second 30 September 1969.
    let recurrence = daily("Pacific/Kwajalein", "12:00");
    let next: Vec<_> = recurrence
        .occurrences_after(instant("1969-09-28T12:00:00Z"))
        .take(4)
        .map(|next| next.date)
        .collect();
    assert_eq!(
        next,
        ["1969-09-29", "1969-09-30", "1969-10-01", "1969-10-02"].map(date)
    );
}

#[test]
fn the_next_occurrence_is_found_from_within_an_hour_that_clocks_show_twice() {
    // Santiago's clocks go from midnight to Sunday 5 April 2026 back to 23:00.
    let change = instant("2026-04-05T03:00:00Z");
    for (time, due) in [
        ("23:30", "2026-04-06T03:30:00Z"),
        ("00:00", "2026-04-05T04:00:00Z"),
        ("00:30", "2026-04-05T04:30:00Z"),
    ] {
        let recurrence = daily("America/Santiago", time);
        for minutes in [-1, 0, 1, 31, 59] {
            let next = recurrence
                .next_after(change + TimeDelta::minutes(minutes))
                .unwrap();
            assert_eq!(next.at, instant(due), "{time} {minutes}");
        }
    }
}

#[test]
fn the_next_occurrence_comes_strictly_after() {
    let recurrence = daily("Europe/Berlin", "9:30");
    let due = instant("2026-11-20T08:30:00Z");
    let next = |at| recurrence.next_after(at).map(|next| next.at);
    assert_eq!(next(due - TimeDelta::nanoseconds(1)), Some(due));
    assert_eq!(next(due), Some(instant("2026-11-21T08:30:00Z")));
}

#[test]
fn other_days_of_the_week_are_left_out() {
    let recurrence = Recurrence {
        days: "mon, fri".parse().unwrap(),
        ..daily("Asia/Kathmandu", "9")
    };
    let dates: Vec<_> = recurrence
        .occurrences_from(date("2026-11-19"))
        .take(3)
        .map(|next| next.date.to_string())
        .collect();
    assert_eq!(dates, ["2026-11-20", "2026-11-23", "2026-11-27"]);
}

#[test]
fn the_day_of_the_week_is_the_zones_own() {
    // Monday morning on Kiritimati is still Sunday in Greenwich.
    let recurrence = Recurrence {
        days: "mon".parse().unwrap(),
        ..daily("Pacific/Kiritimati", "9")
    };
    let next = recurrence.next_after(instant("2026-11-19T00:00:00Z")).unwrap();
    assert_eq!(
        next,
        Occurrence {
            date: date("2026-11-23"),
            at: instant("2026-11-22T19:00:00Z")
        }
    );
}

#[test]
fn occurrences_end_where_time_zones_do() {
    let recurrence = daily("UTC", "9");
    assert_eq!(recurrence.next_after(DateTime::<Utc>::MAX_UTC), None);
    assert_eq!(recurrence.occurrences_from(date("9999-12-29")).count(), 2);
}

fn recurrences() -> impl Strategy<Value = Recurrence> {
    let zone = proptest::sample::select(every_zone());
    (zone, 0..24_u8, 0..60_u8, 1..=127_i16).prop_map(|(zone, hour, minute, bits)| Recurrence {
        time: LocalTime::new(hour, minute).unwrap(),
        zone: Zone::stored(&zone).unwrap(),
        days: Days::from_bits(bits).unwrap(),
    })
}

proptest! {
    #[test]
    fn no_occurrence_lies_between_an_instant_and_the_next(
        recurrence in recurrences(),
        // 1970 to 2100
        second in 0..4_102_444_800_i64,
    ) {
        let after = DateTime::from_timestamp(second, 0).unwrap();
        let next = recurrence.next_after(after).unwrap();
        prop_assert!(next.at > after);
        prop_assert!(next.at - after <= TimeDelta::days(9));
        // The search from far before finds the same.
        let early = recurrence.zone.local_date_of(after) - TimeDelta::days(20);
        prop_assert_eq!(recurrence.occurrences_from(early).find(|found| found.at > after), Some(next));
        prop_assert_eq!(recurrence.next_after(next.at - TimeDelta::seconds(1)), Some(next));
        prop_assert_eq!(recurrence.on(next.date), Some(next));
    }

    #[test]
    fn occurrences_are_in_order_on_days_asked_for(recurrence in recurrences(), second in 0..4_102_444_800_i64) {
        let after = DateTime::from_timestamp(second, 0).unwrap();
        let found: Vec<_> = recurrence.occurrences_after(after).take(30).collect();
        prop_assert!(found.is_sorted_by(|a, b| a.at < b.at && a.date < b.date));
        prop_assert!(found.iter().all(|next| recurrence.days.contains(next.date.weekday())));
    }
}

#[test]
fn cuba_keeps_its_summer_time_through_the_winter_of_2026() {
    // Until 2026e the data had clocks set back on 1 November: everything there came an hour late.
    assert!(super::zone_data_version() >= "2026f");
    let rule = daily("America/Havana", "09:00");
    for (day, at) in [
        ("2026-10-31", "2026-10-31T13:00:00Z"),
        ("2026-11-02", "2026-11-02T13:00:00Z"),
        ("2027-03-15", "2027-03-15T13:00:00Z"),
        ("2027-11-08", "2027-11-08T14:00:00Z"),
    ] {
        assert_eq!(rule.on(date(day)).unwrap().at, instant(at), "{day}");
    }
}
