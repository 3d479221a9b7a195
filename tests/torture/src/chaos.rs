//! What goes wrong with the bot: instances that are killed, frozen and cut off, and a database that crashes.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chrono::TimeDelta;
use fastrand::Rng;
use rustix::process::Signal;

use crate::health::{INSTANCES, Whom};
use crate::instance::{Instance, Waited};
use crate::stage::Stage;

/// How long an instance may take to connect.
const START_WITHIN: Duration = Duration::from_secs(60);

/// The names of all fail points, as the list in the bot's source has them.
pub fn list_fail_points() -> Vec<&'static str> {
    let source = include_str!("../../../src/fail_points.rs");
    let list = source
        .split_once("FAIL_POINTS: &[")
        .and_then(|(_, rest)| rest.split_once("];"))
        .map_or("", |(list, _)| list);
    list.split('"')
        .skip(1)
        .step_by(2)
        .filter(|text| text.contains('.') && !text.contains(' '))
        .collect()
}

/// Starts an instance, lets it live for a moment and ends it, again and again.
pub async fn torment_instance(stage: Arc<Stage>, which: usize, mut rng: Rng) -> anyhow::Result<()> {
    let points = list_fail_points();
    let mut next = which * points.len() / INSTANCES;
    let mut down = stage.health.begin(Whom::Instance(which), stage.sandbox.now());
    while !stage.is_over() {
        let point = choose_point(&stage, &points, next, &mut rng);
        next += 1;
        let most = if point.starts_with("answer.") { 12 } else { 2 };
        let armed = match rng.u8(0..10) {
            0..7 => format!("{point}={}*off->return", rng.u32(0..most)),
            7 => format!("{point}=1*sleep(1500)->off"),
            _ => String::new(),
        };
        let mut instance = Instance::start(&stage, which, &armed)?;
        let ended = match instance.wait_connected(START_WITHIN).await? {
            Waited::There => {
                tokio::time::sleep(Duration::from_millis(200)).await;
                stage.health.end(down, stage.sandbox.now());
                let ended = torment_living(&stage, which, &mut instance, &mut rng).await?;
                let noticed_late = TimeDelta::milliseconds(100);
                let from = stage.sandbox.now() - noticed_late;
                down = stage.health.begin(Whom::Instance(which), from);
                ended
            }
            never => never,
        };
        count_end(&stage, &instance, &ended, &armed, point);
        instance.kill().ok();
        stage.sandbox.gateway().forget_lost_sessions();
        tokio::time::sleep(Duration::from_millis(rng.u64(0..800))).await;
    }
    Ok(())
}

/// In turn, and every other time one of those at which the fewest have died.
fn choose_point(stage: &Stage, points: &[&'static str], next: usize, rng: &mut Rng) -> &'static str {
    const FEWEST: usize = 5;
    let mut rare = points.to_vec();
    rare.sort_by_key(|point| stage.tally.sum(&format!("kills at {point}")));
    rare.truncate(FEWEST);
    match rng.choice(rare) {
        Some(rare) if rng.bool() => rare,
        _ => points[next % points.len()],
    }
}

fn count_end(stage: &Stage, instance: &Instance, ended: &Waited, armed: &str, point: &str) {
    use std::os::unix::process::ExitStatusExt as _;
    match ended {
        Waited::Ended(status) if status.signal() == Some(9) && !armed.is_empty() => {
            stage.tally.count(&format!("kills at {point}"));
        }
        Waited::Ended(status) if status.success() => stage.tally.count("orderly stops"),
        // It says why; whoever supervises it starts it again.
        Waited::Ended(_) => {
            let log = instance.log_end();
            let said = log.lines().rfind(|line| line.starts_with("greenroom: "));
            let said: String = said.unwrap_or("nothing").chars().take(90).collect();
            stage.tally.count(&format!("ends by itself, which said {said:?}"));
        }
        Waited::There | Waited::Late => stage.tally.count("kills at random"),
    }
}

/// What happens to an instance while it lives. Returns how it ended, or that it is to be killed.
async fn torment_living(
    stage: &Stage,
    which: usize,
    instance: &mut Instance,
    rng: &mut Rng,
) -> anyhow::Result<Waited> {
    let life = Duration::from_millis(rng.u64(600..6_000));
    if let Waited::Ended(status) = instance.live(life / 2).await? {
        return Ok(Waited::Ended(status));
    }
    match rng.u8(0..20) {
        0..2 => freeze(stage, which, instance, rng).await?,
        2..4 => {
            stage.tally.count("database connections that went silent");
            let now = stage.sandbox.now();
            stage
                .health
                .note(Whom::Instance(which), now, TimeDelta::seconds(6));
            stage.wires[which].silence();
            // Long enough to be noticed and got over.
            if let Waited::Ended(status) = instance.live(Duration::from_secs(rng.u64(1..8))).await? {
                return Ok(Waited::Ended(status));
            }
        }
        4 => {
            // From here on it finishes what it is at, and takes nothing more.
            let stopping = stage.health.begin(Whom::Instance(which), stage.sandbox.now());
            instance.signal(Signal::TERM)?;
            let ended = instance.live(Duration::from_secs(25)).await;
            stage.health.end(stopping, stage.sandbox.now());
            return ended;
        }
        _ => {}
    }
    instance.live(life / 2).await
}

/// The machine stops for a while, and goes on as if nothing had been.
async fn freeze(stage: &Stage, which: usize, instance: &Instance, rng: &mut Rng) -> anyhow::Result<()> {
    stage.tally.count("freezes");
    let time = match rng.u8(0..5) {
        0 => rng.u64(10_000..20_000),
        _ => rng.u64(300..4_000),
    };
    let frozen = stage.health.begin(Whom::Instance(which), stage.sandbox.now());
    instance.signal(Signal::STOP)?;
    tokio::time::sleep(Duration::from_millis(time)).await;
    instance.signal(Signal::CONT)?;
    stage
        .health
        .end(frozen, stage.sandbox.now() + TimeDelta::seconds(3));
    Ok(())
}

/// Crashes the database now and then, until the chaos is over.
pub async fn torment_database(stage: Arc<Stage>, mut rng: Rng) {
    let most = stage.plan.chaos.as_secs().clamp(20, 60);
    loop {
        let pause = Duration::from_secs(rng.u64(most / 3..most));
        let until = tokio::time::Instant::now() + pause;
        while tokio::time::Instant::now() < until {
            if stage.is_over() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        if let Err(error) = crash_database(&stage).await {
            eprintln!("the database could not be crashed: {error:#}");
            continue;
        }
        stage.tally.count("crashes of PostgreSQL");
        stage.wires.iter().for_each(|wire| wire.close());
        tokio::time::sleep(Duration::from_millis(rng.u64(100..3_000))).await;
        stage.wires.iter().for_each(|wire| wire.open());
    }
}

/// Kills one of the server's processes with SIGKILL: the server then ends all of them at once and recovers from its log.
async fn crash_database(stage: &Stage) -> anyhow::Result<()> {
    let any = "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() limit 1";
    let pid: Option<i32> = sqlx::query_scalar(any).fetch_optional(&stage.db).await?;
    let pid = pid.context("nobody is connected")?;
    // By the program, because the server may belong to another user.
    let killed = Command::new("kill").args(["-9", &pid.to_string()]).status()?;
    anyhow::ensure!(killed.success(), "kill said {killed}");
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_fail_points_are_read_from_their_list() {
        let points = super::list_fail_points();
        assert!(points.contains(&"answer.recorded") && points.contains(&"judge.scored"));
        assert!(points.len() >= 20, "{points:?}");
    }
}
