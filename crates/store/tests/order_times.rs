//! Orders that were there before their times were kept get them by the migrations, the same on both databases.
#![expect(clippy::unwrap_used, reason = "a helper of tests: what is wrong here fails the test")]

const SQLITE: &str = include_str!("../migrations/sqlite/V13__order_times.sql");
const POSTGRES: &str = include_str!("../migrations/postgres/V13__order_times.sql");
const SQLITE_ENDS: &str = include_str!("../migrations/sqlite/V14__order_ends.sql");
const POSTGRES_ENDS: &str = include_str!("../migrations/postgres/V14__order_ends.sql");

/// Raised, opened, arrived, ended, when it ended.
type Times = (i64, i64, Option<i64>, i64, Option<i64>);

/// Cases as they are stored (name, matter, body, ended), and the times they get.
const CASES: &[(&str, &str, &str, i64, Option<Times>)] = &[
    (
        "nobody came yet",
        "work-order",
        r#"{"fields":{"facility":{"text":"d1"},"raised":{"text":"2025-10-31T00:00:00.25Z"}},
            "history":[{"at":"2025-10-31T00:00:02.5Z","kind":"case-opened","about":"open"}]}"#,
        0,
        Some((1_761_868_800_250_000, 1_761_868_802_500_000, None, 0, None)),
    ),
    (
        "the first arrival counts",
        "work-order",
        r#"{"fields":{"facility":{"text":"d1"},"raised":{"text":"2025-10-31T00:00:00Z"}},
            "history":[{"at":"2025-10-31T00:00:01Z","kind":"case-opened","about":"open"},
                       {"at":"2025-10-31T00:05:00Z","kind":"case-reminded","about":"arrive"},
                       {"at":"2025-10-31T00:10:00Z","kind":"case-moved","about":"arrive"},
                       {"at":"2025-10-31T09:00:00Z","kind":"case-moved","about":"arrive"}]}"#,
        1,
        Some((
            1_761_868_800_000_000,
            1_761_868_801_000_000,
            Some(1_761_869_400_000_000),
            1,
            Some(1_761_901_200_000_000),
        )),
    ),
    (
        "a reminder after the end is not the end",
        "work-order",
        r#"{"fields":{"facility":{"text":"d1"},"raised":{"text":"2025-10-31T00:00:00Z"}},
            "history":[{"at":"2025-10-31T00:00:01Z","kind":"case-opened","about":"open"},
                       {"at":"2025-10-31T00:10:00Z","kind":"case-moved","about":"close"},
                       {"at":"2025-10-31T09:00:00Z","kind":"case-reminded","about":"late"}]}"#,
        1,
        Some((1_761_868_800_000_000, 1_761_868_801_000_000, None, 1, Some(1_761_869_400_000_000))),
    ),
    (
        "ended, nobody knows when",
        "work-order",
        r#"{"fields":{"facility":{"text":"d1"},"raised":{"text":"2025-10-31T00:00:00Z"}},
            "history":[{"at":"2025-10-31T00:00:01Z","kind":"case-opened","about":"open"}]}"#,
        1,
        Some((1_761_868_800_000_000, 1_761_868_801_000_000, None, 1, Some(1_761_868_801_000_000))),
    ),
    (
        "a drill",
        "work-order-drill",
        r#"{"fields":{"facility":{"text":"d1"},"raised":{"text":"2025-10-31T00:00:00Z"}},
            "history":[{"at":"2025-10-31T00:00:01Z","kind":"case-opened","about":"open"}]}"#,
        0,
        None,
    ),
    (
        "no alarm",
        "work-order",
        r#"{"fields":{},"history":[{"at":"2025-10-31T00:00:01Z","kind":"case-opened","about":"open"}]}"#,
        0,
        None,
    ),
    (
        "words where an instant should be",
        "work-order",
        r#"{"fields":{"facility":{"text":"d1"},"raised":{"text":"yesterday"}},
            "history":[{"at":"2025-10-31T00:00:01Z","kind":"case-opened","about":"open"}]}"#,
        0,
        None,
    ),
];

/// The statement of a migration that begins so and takes over what was there.
fn taking_over<'a>(migration: &'a str, beginning: &str) -> &'a str {
    let begin = migration.find(beginning).unwrap();
    let end = migration[begin..].find(";\n").unwrap();
    &migration[begin..begin + end]
}

fn put(case: &str, matter: &str, body: &str, ended: i64) -> String {
    format!(
        "INSERT INTO case_state (city_id, case_id, matter_id, subject, state, ended, waiting, version, due_at, remind_at, \
         body) VALUES ('c', '{case}', '{matter}', '{case}', 's', {ended}, 0, 1, 0, 0, '{body}')"
    )
}

const TIMES: &str = "INSERT INTO order_time";
const ENDS: &str = "UPDATE order_time";
const FOUND: &str =
    "SELECT case_id, raised_at, opened_at, arrived_at, ended, ended_at FROM order_time ORDER BY case_id";

type Found = Vec<(String, i64, i64, Option<i64>, i64, Option<i64>)>;

fn expected() -> Found {
    let mut rows: Found = CASES
        .iter()
        .filter_map(|(case, _, _, _, times)| {
            times.map(|(raised, opened, arrived, ended, end)| ((*case).to_owned(), raised, opened, arrived, ended, end))
        })
        .collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    tingzhou_store::Store::open(&tingzhou_store::StoreUrl::Sqlite(folder.path().to_owned())).await.unwrap();
    let database = rusqlite::Connection::open(folder.path().join("tingzhou.sqlite")).unwrap();
    for (case, matter, body, ended, _) in CASES {
        database.execute_batch(&put(case, matter, body, *ended)).unwrap();
    }
    database.execute_batch(taking_over(SQLITE, TIMES)).unwrap();
    database.execute_batch(taking_over(SQLITE_ENDS, ENDS)).unwrap();
    let mut statement = database.prepare(FOUND).unwrap();
    let rows =
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?))).unwrap();
    assert_eq!(rows.map(Result::unwrap).collect::<Found>(), expected());
}

#[tokio::test]
async fn on_postgresql() {
    let Ok(url) = std::env::var("TINGZHOU_TEST_POSTGRES") else {
        eprintln!("skipped: TINGZHOU_TEST_POSTGRES is not set (./dev test sets it)");
        return;
    };
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let name = format!("times{}", std::process::id());
    // A process of this number may have left one behind on a server that outlives its tests.
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (head, query) = url.split_once('?').map_or((url.as_str(), String::new()), |(h, q)| (h, format!("?{q}")));
    let own = format!("{}/{name}{query}", &head[..head.rfind('/').unwrap()]);
    tingzhou_store::Store::open(&tingzhou_store::StoreUrl::Postgres(own.clone())).await.unwrap();
    let (client, connection) = tokio_postgres::connect(&own, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    for (case, matter, body, ended, _) in CASES {
        client.batch_execute(&put(case, matter, body, *ended)).await.unwrap();
    }
    client.batch_execute(taking_over(POSTGRES, TIMES)).await.unwrap();
    client.batch_execute(taking_over(POSTGRES_ENDS, ENDS)).await.unwrap();
    let rows = client.query(FOUND, &[]).await.unwrap();
    let rows = rows.iter().map(|r| (r.get(0), r.get(1), r.get(2), r.get(3), r.get(4), r.get(5)));
    assert_eq!(rows.collect::<Found>(), expected());
}
