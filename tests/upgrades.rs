//! An older program beside a newer one, and a schema that is brought up to date by hand.

use crate::harness::Greenroom;

/// What a newer version leaves behind: a migration this one does not know.
async fn plant_newer_migration(g: &Greenroom) {
    g.plant_rows(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
         values (9999, 'of a newer version', true, '\\x00', 0)",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_program_goes_on_working_on_the_schema_of_a_newer_one() {
    let mut g = Greenroom::without_bot().await;
    plant_newer_migration(&g).await;
    // A question only the newer version has: an older one must not retire it.
    g.plant_rows(
        "update questions set slug = 'of-a-newer-version' where slug = (select min(slug) from questions)",
    )
    .await;
    g.start_bot().await;
    let question = g.ask("").await;
    g.member("Ben").see(question.id).unwrap();
    assert_eq!(
        g.count_rows("questions where slug = 'of-a-newer-version' and retired_at is null")
            .await,
        1
    );
    let examined = g.program(&["doctor"]).ended().await;
    assert!(
        examined
            .out
            .contains("of a newer version, which this one can live on"),
        "{}",
        examined.out
    );
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_program_ends_where_it_could_not_work() {
    let mut g = Greenroom::without_bot().await;
    plant_newer_migration(&g).await;
    g.plant_rows("update meta set value = '9999' where key = 'schema_min'")
        .await;
    g.start_bot_unconnected();
    insta::assert_snapshot!(g.wait_for_failure().await, @"the database was migrated by a newer version of this program (migration 9999), which this one cannot run beside. Run that version.");
    g.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_is_brought_up_to_date_by_hand_where_the_program_may_not() {
    let g = Greenroom::without_bot().await;
    // As it was one migration ago.
    g.plant_rows("delete from _sqlx_migrations where version = 12")
        .await;
    g.plant_rows("delete from meta where key = 'schema_min'").await;
    let never = [("GREENROOM__DATABASE__MIGRATE", "never")];
    let refused = g.program_with(&["run"], &never).ended().await;
    let all = format!("of {} migrations", greenroom::internals::MIGRATOR.iter().count());
    insta::assert_snapshot!(refused.err.replace(&all, "of ALL migrations"), @"greenroom: the schema is older than this version (1 of ALL migrations are to come), and database.migrate says never. Run `greenroom migrate` first, as a user who may change the tables.");
    assert_eq!(g.count_rows("meta where key = 'schema_min'").await, 0);
    let migrated = g.program_with(&["migrate"], &never).ended().await;
    insta::assert_snapshot!(migrated.out, @"The schema is up to date.");
    assert_eq!(g.count_rows("meta where key = 'schema_min'").await, 1);
    g.finish().await;
}
