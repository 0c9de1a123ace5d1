//! Instruments through real sockets into a city's store: adopted, taken in, answered, counted.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where it stands")]

use crate::common;

use common::{City, PASSWORD};
use serde_json::json;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use tingzhou_platform::city::{FacilityDef, FacilityId};
use tingzhou_platform::{DeviceFilter, Instruments};
use tingzhou_protocols::hj212::Packet;
use tingzhou_server::{Listening, ServerSettings, serve_and_listen};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const MN: &str = "010000A8900016F000169DC0";

fn hour(content: &str) -> Vec<u8> {
    let head = format!("QN=20251031120000000;ST=22;CN=2061;PW=123456;MN={MN};Flag=5");
    Packet::build(format!("{head};CP=&&{content}&&")).unwrap().to_line()
}

async fn talk(port: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(port).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut all = Vec::new();
    tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut all)).await.unwrap().unwrap();
    all
}

fn latest(instruments: &Instruments) -> BTreeMap<String, f64> {
    let all = instruments.latest(&FacilityId::new("air-1").unwrap()).into_iter();
    all.map(|(property, sample)| (property.as_str().to_owned(), sample.value.get())).collect()
}

#[tokio::test]
async fn from_the_first_frame_to_the_latest_value() {
    let city = City::founded().await;
    let admin = city.platform.verify_password("admin", PASSWORD).await.unwrap();
    let instruments = city.platform.instruments().await.unwrap();
    let station: FacilityDef = serde_json::from_value(
        json!({"id": "air-1", "type": "AirQualityObserved", "name": {"zh": "站", "en": "station"}, "from": "2024-01-01"}),
    )
    .unwrap();
    instruments.put_facilities(&admin, vec![station]).await.unwrap();
    let bind = async || TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (http, hj212) = (bind().await, bind().await);
    let port = hj212.local_addr().unwrap();
    let listening = Listening { hj212: Some(hj212), ..Listening::default() };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async move {
        let _ = stopped.await;
    };
    let settings = ServerSettings::default();
    let served = tokio::spawn(serve_and_listen(http, listening, city.platform.clone(), settings, shutdown));

    // Nobody knows the station: it is listed, and nothing of it is kept.
    let good = hour("DataTime=20251031110000;a34004-Avg=35.5,a34004-Flag=N;a21005-Avg=0.7,a21005-Flag=N");
    assert!(talk(port, &good).await.is_empty());
    let (listed, _) = instruments.devices(&DeviceFilter { quarantined: Some(true), ..DeviceFilter::default() }, 0, 10);
    assert_eq!((listed[0].protocol.as_str(), listed[0].address.as_str()), ("hj212", MN));
    assert_eq!(instruments.heads("hj212", MN), [good[..64].to_vec()]);
    assert!(latest(&instruments).is_empty());

    // Adopted, its next frame is kept and answered; what the gate refuses is counted as the station's.
    instruments.adopt(&admin, "hj212", MN, &FacilityId::new("air-1").unwrap()).await.unwrap();
    let year_ahead = hour("DataTime=20261031110000;a34004-Avg=99,a34004-Flag=N;w01018-Avg=1,w01018-Flag=N");
    // Air is kept for ten years, and yet a clock a year behind writes nothing into last year.
    let year_behind = hour("DataTime=20241031110000;a34004-Avg=99,a34004-Flag=N");
    let answered = talk(port, &[b"noise".to_vec(), good.clone(), year_ahead, year_behind].concat()).await;
    assert_eq!(String::from_utf8_lossy(&answered).matches("CN=9014").count(), 3);
    let kept = BTreeMap::from([("pm25".to_owned(), 35.5), ("co".to_owned(), 0.7)]);
    assert_eq!(latest(&instruments), kept);
    let (listed, _) = instruments.devices(&DeviceFilter::default(), 0, 10);
    let refused =
        BTreeMap::from([("clock-ahead".to_owned(), 1), ("clock-behind".to_owned(), 1), ("not-mapped".to_owned(), 1)]);
    assert_eq!(listed[0].refused, refused);
    assert_eq!(instruments.nobodys(), [("hj212".to_owned(), "noise".to_owned(), 1)]);

    // Sent again, it is answered again and changes nothing.
    let again = talk(port, &good).await;
    assert_eq!(String::from_utf8_lossy(&again).matches("CN=9014").count(), 1);
    assert_eq!(latest(&instruments), kept);
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
}
