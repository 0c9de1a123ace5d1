//! What the centre sends back: SL 651-2014, 6.5 (modes M1 to M4).

use jiff::civil::DateTime;

use super::frame::{Control, Direction, Frame, Start, function};
use super::report::Report;
use crate::{Reason, bcd};

/// The centre's confirmation of a station's whole message (modes M2 and M3); nothing for what is not answered: a frame
/// that keeps the connection, and one of the centre's own. In mode M1 the centre is silent and this is not to be sent.
///
/// `end` is [`Control::Stay`] to keep the station connected and [`Control::End`] to let it go. `now` is the centre's
/// civil time, from which stations set their clocks.
///
/// # Errors
/// When the body is too short to have a serial number.
pub fn confirm(frame: &Frame, end: Control, now: DateTime) -> Result<Option<Vec<u8>>, Reason> {
    if frame.direction == Direction::Down || frame.function == function::KEEP_ALIVE {
        return Ok(None);
    }
    let [a, b, ..] = frame.body[..] else { return Err(Reason::BadField { field: "serial" }) };
    Ok(Some(answer(frame, u16::from_be_bytes([a, b]), end, now)))
}

/// The centre's confirmation of a message that came in parts; `first` is any of its frames.
#[must_use]
pub fn confirm_parts(first: &Frame, report: &Report<'_>, end: Control, now: DateTime) -> Vec<u8> {
    answer(first, report.serial, end, now)
}

fn answer(frame: &Frame, serial: u16, end: Control, now: DateTime) -> Vec<u8> {
    let mut body = serial.to_be_bytes().to_vec();
    body.extend(bcd::of_time(now));
    Frame { direction: Direction::Down, start: Some(Start::Whole), body, end, ..frame.clone() }.to_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    fn report(function: u8) -> Frame {
        Frame {
            direction: Direction::Up,
            centre: 2,
            station: [0, 0x12, 0x34, 0x56, 0x78],
            password: 0x04D2,
            function,
            start: Some(Start::Whole),
            body: vec![0x00, 0x12, 0x14, 0x12, 0x05, 0x11, 0x00, 0x02],
            end: Control::LastText,
        }
    }

    #[test]
    fn confirms() {
        let now = datetime(2014, 12, 5, 11, 0, 2, 0);
        let found = confirm(&report(function::SCHEDULED), Control::Stay, now).unwrap().unwrap();
        // As printed in descriptions of the standard.
        let printed = [
            0x7E, 0x7E, 0x00, 0x12, 0x34, 0x56, 0x78, 0x02, 0x04, 0xD2, 0x32, 0x80, 0x08, 0x02, 0x00, 0x12, 0x14, 0x12,
            0x05, 0x11, 0x00, 0x02, 0x1B, 0xBD, 0x6C,
        ];
        assert_eq!(found, printed);
        assert_eq!(confirm(&report(function::KEEP_ALIVE), Control::Stay, now), Ok(None));
        assert_eq!(confirm(&Frame::decode(&found).unwrap(), Control::Stay, now), Ok(None));
        let empty = Frame { body: vec![1], ..report(function::SCHEDULED) };
        assert_eq!(confirm(&empty, Control::End, now), Err(Reason::BadField { field: "serial" }));
        let whole = report(function::PICTURE);
        let said = whole.report().unwrap();
        let confirmed = Frame::decode(&confirm_parts(&whole, &said, Control::End, now)).unwrap();
        assert_eq!((confirmed.end, &confirmed.body[..2]), (Control::End, &[0x00, 0x12][..]));
    }
}
