//! The list of tables used for copying is the databases' own, column by column and key by key.

use std::collections::BTreeMap;
use tingzhou_store::{Store, StoreUrl, TABLES};

type Shape = BTreeMap<String, (Vec<String>, Vec<String>)>;

fn listed() -> Shape {
    let owned = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
    TABLES.iter().map(|t| (t.name.to_owned(), (owned(t.columns), owned(&t.columns[..t.key])))).collect()
}

#[tokio::test]
async fn the_list_is_sqlites() {
    let folder = tempfile::tempdir().unwrap();
    Store::open(&StoreUrl::Sqlite(folder.path().to_owned())).await.unwrap();
    let database = rusqlite::Connection::open(folder.path().join("tingzhou.sqlite")).unwrap();
    let names = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let tables = names(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'refinery%'",
    );
    let found: Shape = tables
        .into_iter()
        .map(|table| {
            let columns = names(&format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"));
            let key = names(&format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"));
            (table, (columns, key))
        })
        .collect();
    assert_eq!(found, listed());
}

#[tokio::test]
async fn the_list_is_postgresqls() {
    let Ok(url) = std::env::var("TINGZHOU_TEST_POSTGRES") else {
        eprintln!("skipped: TINGZHOU_TEST_POSTGRES is not set (./dev test sets it)");
        return;
    };
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let name = format!("schema{}", std::process::id());
    // A process of this number may have left one behind on a server that outlives its tests.
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (head, query) = url.split_once('?').map_or((url.as_str(), String::new()), |(h, q)| (h, format!("?{q}")));
    let own = format!("{}/{name}{query}", &head[..head.rfind('/').unwrap()]);
    Store::open(&StoreUrl::Postgres(own.clone())).await.unwrap();
    let (client, connection) = tokio_postgres::connect(&own, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let columns = "SELECT table_name::text, column_name::text FROM information_schema.columns \
         WHERE table_schema = 'public' AND table_name NOT LIKE 'refinery%' ORDER BY table_name, ordinal_position";
    let keys = "SELECT c.relname::text, a.attname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
         JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public' \
         JOIN unnest(i.indkey) WITH ORDINALITY k(attnum, ord) ON true \
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum \
         WHERE i.indisprimary AND c.relname NOT LIKE 'refinery%' ORDER BY c.relname, k.ord";
    let mut found = Shape::new();
    for row in client.query(columns, &[]).await.unwrap() {
        found.entry(row.get(0)).or_default().0.push(row.get(1));
    }
    for row in client.query(keys, &[]).await.unwrap() {
        found.entry(row.get(0)).or_default().1.push(row.get(1));
    }
    assert_eq!(found, listed());
}

#[test]
fn the_city_leads_every_key() {
    for table in TABLES {
        assert_eq!(table.columns[0], "city_id", "{}", table.name);
    }
}

#[test]
fn addresses() {
    let check = |text: &str, good: bool| assert_eq!(text.parse::<StoreUrl>().is_ok(), good, "{text}");
    check("sqlite:data", true);
    check("postgres://u@h/d", true);
    check("postgresql://u:p@h:5432/d", true);
    check("sqlite:", false);
    check("mysql://x", false);
    check("", false);
}
