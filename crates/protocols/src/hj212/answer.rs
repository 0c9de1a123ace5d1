//! Answers to packets, and the heartbeat: HJ 212-2017, 6.5 and 6.6.5; HJ 212-2025 for 9015.

use super::codes::{ExecutionReturn, RequestReturn, cn, st};
use super::packet::Packet;
use crate::Reason;

/// The answer a packet asks for, ready to be sent; nothing when it asks for none.
///
/// Data are answered by 9014; what tells something (a heartbeat, the wish to have the time set) by 9013. Answers are
/// not answered.
///
/// # Errors
/// When the packet's header is not written as the standard says, or it asks for an answer and has no QN to answer to.
pub fn answer_to(packet: &Packet) -> Result<Option<Vec<u8>>, Reason> {
    let header = packet.header()?;
    if !header.flag.wants_answer() {
        return Ok(None);
    }
    match header.cn {
        cn::REQUEST_ANSWER..=cn::DATA_ANSWER => Ok(None),
        cn::HEARTBEAT | cn::TIME_REQUEST => notice_answer(packet).map(Some),
        _ => data_answer(packet).map(Some),
    }
}

/// 9011: whether a request will be done.
///
/// # Errors
/// When the packet has no QN to answer to.
pub fn request_answer(packet: &Packet, answer: RequestReturn) -> Result<Vec<u8>, Reason> {
    answering(packet, cn::REQUEST_ANSWER, &format!("QnRtn={}", answer as u16))
}

/// 9012: what came of a request.
///
/// # Errors
/// When the packet has no QN to answer to.
pub fn result(packet: &Packet, result: ExecutionReturn) -> Result<Vec<u8>, Reason> {
    answering(packet, cn::RESULT, &format!("ExeRtn={}", result as u16))
}

/// 9013: a notice was received.
///
/// # Errors
/// When the packet has no QN to answer to.
pub fn notice_answer(packet: &Packet) -> Result<Vec<u8>, Reason> {
    answering(packet, cn::NOTICE_ANSWER, "")
}

/// 9014: data were received.
///
/// # Errors
/// When the packet has no QN to answer to.
pub fn data_answer(packet: &Packet) -> Result<Vec<u8>, Reason> {
    answering(packet, cn::DATA_ANSWER, "")
}

/// 9015: the other side's own sign of life, in the name of the station that sent `packet` and with its QN replaced.
///
/// # Errors
/// When `qn` is no time of 17 digits.
pub fn heartbeat(packet: &Packet, qn: &str) -> Result<Vec<u8>, Reason> {
    written(packet, qn.as_bytes(), cn::HEARTBEAT, packet.header()?.flag.0 & !0b10, "")
}

/// An answer has the request's QN, PW and MN, ST 91, and asks for nothing.
fn answering(packet: &Packet, cn: u16, content: &str) -> Result<Vec<u8>, Reason> {
    let qn = packet.field("QN").ok_or(Reason::BadField { field: "QN" })?;
    written(packet, qn, cn, packet.header()?.flag.of_answer().0, content)
}

fn written(packet: &Packet, qn: &[u8], cn: u16, flag: u8, content: &str) -> Result<Vec<u8>, Reason> {
    let st = st::ANSWERS;
    let mut segment = Vec::with_capacity(128);
    segment.extend_from_slice(b"QN=");
    segment.extend_from_slice(qn);
    segment.extend(format!(";ST={st:02};CN={cn:04};").bytes());
    if let Some(password) = packet.field("PW") {
        segment.extend_from_slice(b"PW=");
        segment.extend_from_slice(password);
        segment.push(b';');
    }
    if let Some(mn) = packet.mn() {
        segment.extend_from_slice(b"MN=");
        segment.extend_from_slice(mn);
        segment.push(b';');
    }
    segment.extend(format!("Flag={flag};CP=&&{content}&&").bytes());
    Packet::build(segment).map(|packet| packet.to_line())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(cn: u16, flag: u8) -> Packet {
        let segment =
            format!("QN=20160801085857223;ST=22;CN={cn};PW=123456;MN=010000A8900016F000169DC0;Flag={flag};CP=&&&&");
        Packet::build(segment).unwrap()
    }

    #[test]
    fn what_is_asked_for() {
        let check = |cn: u16, flag: u8, expected: Option<(u16, u8)>| {
            let answer = answer_to(&packet(cn, flag)).unwrap();
            let answer = answer.map(|bytes| Packet::decode(&bytes).unwrap());
            let found = answer.as_ref().map(|answer| answer.header().unwrap()).map(|header| (header.cn, header.flag.0));
            assert_eq!(found, expected, "{cn} {flag}");
            if let Some(answer) = answer {
                let header = answer.header().unwrap();
                assert_eq!((header.st, answer.station()), (91, Ok("010000A8900016F000169DC0")));
                assert_eq!(header.qn, packet(cn, flag).header().unwrap().qn);
                assert!(answer_to(&answer).unwrap().is_none());
            }
        };
        check(2011, 5, Some((9014, 4)));
        check(2011, 4, None);
        check(2051, 9, Some((9014, 8)));
        check(2061, 1, Some((9014, 0)));
        check(9015, 9, Some((9013, 8)));
        check(1013, 5, Some((9013, 4)));
        check(9014, 5, None);
    }

    #[test]
    fn as_the_standard_prints_them() {
        let check = |bytes: Result<Vec<u8>, Reason>, expected: &str| {
            let answer = Packet::decode(&bytes.unwrap()).unwrap();
            assert_eq!(std::str::from_utf8(answer.segment()).unwrap(), expected);
        };
        let head = "QN=20160801085857223;ST=91";
        let tail = "PW=123456;MN=010000A8900016F000169DC0;Flag=4";
        check(
            request_answer(&packet(1062, 5), RequestReturn::Accepted),
            &format!("{head};CN=9011;{tail};CP=&&QnRtn=1&&"),
        );
        check(result(&packet(1062, 5), ExecutionReturn::NoData), &format!("{head};CN=9012;{tail};CP=&&ExeRtn=100&&"));
        check(notice_answer(&packet(1062, 5)), &format!("{head};CN=9013;{tail};CP=&&&&"));
        check(
            heartbeat(&packet(2011, 8), "20260101000000000"),
            "QN=20260101000000000;ST=91;CN=9015;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&&&",
        );
        assert_eq!(heartbeat(&packet(2011, 8), "2026"), Err(Reason::BadField { field: "QN" }));
        let nameless = Packet::build("ST=22;CN=2011;MN=1;Flag=5;CP=&&&&").unwrap();
        assert_eq!(answer_to(&nameless), Err(Reason::BadField { field: "QN" }));
    }
}
