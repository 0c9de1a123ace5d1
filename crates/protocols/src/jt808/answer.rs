//! What the platform sends back: JT/T 808-2019, 8.2, 8.5 and 8.8.

use super::fragments::FragmentKey;
use super::frame::{Edition, Frame, Terminal};
use super::message::id;
use crate::Reason;
use crate::parts::Stalled;

/// Results of a general answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerResult {
    /// 成功／确认, done.
    Done = 0,
    /// 失败, failed.
    Failed = 1,
    /// 消息有误, the message is wrong.
    Wrong = 2,
    /// 不支持, not supported.
    Unsupported = 3,
    /// 报警处理确认, the alarm was noted.
    AlarmNoted = 4,
}

/// Results of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegisterResult {
    /// 成功, registered.
    Registered = 0,
    /// 车辆已被注册, the vehicle is registered already.
    VehicleTaken = 1,
    /// 数据库中无该车辆, no such vehicle.
    NoVehicle = 2,
    /// 终端已被注册, the terminal is registered already.
    TerminalTaken = 3,
    /// 数据库中无该终端, no such terminal.
    NoTerminal = 4,
}

/// 8001: the answer to a message. `serial` is the platform's own count.
#[must_use]
pub fn general(frame: &Frame, serial: u16, result: AnswerResult) -> Vec<u8> {
    let mut body = Vec::with_capacity(5);
    body.extend(frame.serial.to_be_bytes());
    body.extend(frame.id.to_be_bytes());
    body.push(result as u8);
    downward(id::PLATFORM_ANSWER, frame.edition, frame.terminal, serial, body).to_bytes()
}

/// 8100: the answer to a registration. `code` is what the terminal will authenticate itself with, in GBK; it is sent
/// when the terminal was registered and at no other time.
///
/// # Errors
/// When the code is too long for a frame.
pub fn register(frame: &Frame, serial: u16, result: RegisterResult, code: &[u8]) -> Result<Vec<u8>, Reason> {
    let mut body = frame.serial.to_be_bytes().to_vec();
    body.push(result as u8);
    if result == RegisterResult::Registered {
        body.extend_from_slice(code);
    }
    if body.len() > super::frame::LONGEST_BODY {
        return Err(Reason::TooLong { limit: super::frame::LONGEST_BODY });
    }
    Ok(downward(id::REGISTER_ANSWER, frame.edition, frame.terminal, serial, body).to_bytes())
}

/// 8003: asks for the missing parts of a message again; as many of them as fit one frame.
#[must_use]
pub fn resend(stalled: &Stalled<FragmentKey>, serial: u16) -> Vec<u8> {
    // 2013 counts the parts in one byte, 2019 in two; 255 fit the body in both.
    let parts = &stalled.missing[..stalled.missing.len().min(255)];
    let mut body = stalled.key.first.to_be_bytes().to_vec();
    // Not more than 255.
    let count = u8::try_from(parts.len()).unwrap_or(u8::MAX);
    match stalled.key.edition {
        Edition::Of2013 => body.push(count),
        Edition::Of2019 { .. } => body.extend(u16::from(count).to_be_bytes()),
    }
    body.extend(parts.iter().flat_map(|number| number.to_be_bytes()));
    downward(id::RESEND, stalled.key.edition, stalled.key.terminal, serial, body).to_bytes()
}

fn downward(id: u16, edition: Edition, terminal: Terminal, serial: u16, body: Vec<u8>) -> Frame {
    Frame { id, edition, encryption: 0, reserved: false, terminal, serial, part: None, body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jt808::message::{Answer, Message};

    fn frame(terminal: Terminal) -> Frame {
        Frame::new(id::POSITION, terminal, 0x7E7D, Vec::new()).unwrap()
    }

    const OLD: Terminal = Terminal::Of2013([0x01, 0x39, 0x12, 0x34, 0x43, 0x21]);
    const NEW: Terminal = Terminal::Of2019([0, 0, 0, 0, 0x01, 0x39, 0x12, 0x34, 0x43, 0x21]);

    #[test]
    fn general_answers() {
        for terminal in [OLD, NEW] {
            let answer = Frame::decode(&general(&frame(terminal), 7, AnswerResult::Wrong)).unwrap();
            assert_eq!((answer.id, answer.terminal, answer.serial), (0x8001, terminal, 7));
            let said = Answer { serial: 0x7E7D, id: 0x0200, result: 2 };
            assert_eq!(answer.message(), Ok(Message::Answer(said)));
        }
    }

    #[test]
    fn registrations() {
        let check = |result: RegisterResult, expected: &[u8]| {
            let answer = Frame::decode(&register(&frame(OLD), 1, result, b"code").unwrap()).unwrap();
            assert_eq!((answer.id, &answer.body[..]), (0x8100, expected));
        };
        check(RegisterResult::Registered, b"\x7E\x7D\x00code");
        check(RegisterResult::NoTerminal, b"\x7E\x7D\x04");
        let long = register(&frame(OLD), 1, RegisterResult::Registered, &[0; 1021]);
        assert_eq!(long, Err(Reason::TooLong { limit: 1023 }));
    }

    #[test]
    fn resends() {
        let check = |terminal: Terminal, edition: Edition, expected: &[u8]| {
            let key = FragmentKey { id: 0x0801, edition, encryption: 0, terminal, first: 0x1099 };
            let stalled = Stalled { key, total: 9, missing: vec![2, 9] };
            let answer = Frame::decode(&resend(&stalled, 1)).unwrap();
            assert_eq!((answer.id, &answer.body[..]), (0x8003, expected));
        };
        check(OLD, Edition::Of2013, &[0x10, 0x99, 2, 0, 2, 0, 9]);
        check(NEW, Edition::Of2019 { version: 1 }, &[0x10, 0x99, 0, 2, 0, 2, 0, 9]);
    }
}
