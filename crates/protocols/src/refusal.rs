//! Why bytes are not a frame, or why a frame's content is not taken.

/// How many bytes of what was refused are kept: enough to tell whose it says it is.
pub const PREFIX: usize = 96;

/// Bytes of a stream that are no frame, with their place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{length} bytes at offset {at} of the stream are refused: {reason}")]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// Offset of the first refused byte in the stream, from 0.
    pub at: u64,
    /// How many bytes are passed over for it.
    pub length: usize,
    /// The first of these bytes, at most [`PREFIX`].
    pub prefix: Vec<u8>,
}

/// A reason, in English by `Display` and in Chinese by [`Reason::zh`].
///
/// Fields are named as the standards name them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// Bytes that belong to no frame.
    #[error("no frame begins here; check that the port speaks this protocol")]
    Noise,
    /// The stream ended, or fell silent, inside a frame.
    #[error("the frame was never finished; the sender will repeat it")]
    Unfinished,
    /// Longer than a frame can be.
    #[error("the frame is longer than the {limit} bytes the standard allows; check the sender's version")]
    TooLong {
        /// Most bytes a frame can have.
        limit: usize,
    },
    /// Shorter than the shortest frame.
    #[error("the frame is shorter than its header and checksum; the line may lose bytes")]
    TooShort,
    /// The length stated in the frame is not the length found.
    #[error("the frame states {stated} bytes and its end is not there; the line may lose bytes")]
    BadLength {
        /// The length the frame states.
        stated: usize,
    },
    /// The checksum stated is not the checksum computed.
    #[error("the checksum is {stated:X} and should be {computed:X}; the line may garble bytes")]
    BadChecksum {
        /// As the frame states it.
        stated: u16,
        /// As computed over what was received.
        computed: u16,
    },
    /// No checksum can be read where it should stand.
    #[error("where the checksum should stand are no four hexadecimal digits; the line may garble bytes")]
    NoChecksum,
    /// An escape sequence that the standard does not know.
    #[error("byte 7D is followed by neither 01 nor 02; the line may garble bytes")]
    BadEscape,
    /// A field that cannot be read.
    #[error("{field} is missing or not written as the standard says; check the sender's version")]
    BadField {
        /// The standard's name of the field.
        field: &'static str,
    },
    /// A field whose value cannot be.
    #[error("the value of {field} is out of range; check the instrument")]
    OutOfRange {
        /// The standard's name of the field.
        field: &'static str,
    },
    /// A field of other characters than ASCII.
    #[error("{field} holds other characters than ASCII; check the instrument's settings")]
    NotAscii {
        /// The standard's name of the field.
        field: &'static str,
    },
    /// A direction that is neither up nor down.
    #[error("the direction is {found:X}, neither 0 (up) nor 8 (down)")]
    UnknownDirection {
        /// As found in the frame.
        found: u8,
    },
    /// A control character that may not stand there.
    #[error("control character {found:02X} may not stand there")]
    UnknownControl {
        /// As found in the frame.
        found: u8,
    },
    /// A frame in an encoding that is not read here.
    #[error("the frame is in {found}; set the station to the binary encoding (HEX/BCD)")]
    OtherEncoding {
        /// The encoding's name.
        found: &'static str,
    },
    /// The content is encrypted and was not opened.
    #[error("the content is encrypted; give the station's key")]
    Encrypted,
    /// Only a part of a message, which says nothing by itself.
    #[error("the frame is one part of a message; put the parts together first")]
    Fragment,
    /// A part of a message that does not fit the parts received before.
    #[error("part {number} of {total} does not fit what was received before; the sender will repeat it")]
    PartConflict {
        /// Number of the part, from 1.
        number: u16,
        /// Number of parts it states.
        total: u16,
    },
    /// More unfinished messages, parts or bytes than are kept.
    #[error("too much is waiting for its missing parts (limit {limit} {of}); the sender will repeat it")]
    Crowded {
        /// The bound that was reached.
        limit: usize,
        /// What is bounded.
        of: &'static str,
    },
}

impl Reason {
    /// A stable name for programs and counters.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Noise => "noise",
            Self::Unfinished => "unfinished",
            Self::TooLong { .. } => "too-long",
            Self::TooShort => "too-short",
            Self::BadLength { .. } => "bad-length",
            Self::BadChecksum { .. } | Self::NoChecksum => "bad-checksum",
            Self::BadEscape => "bad-escape",
            Self::BadField { .. } => "bad-field",
            Self::OutOfRange { .. } => "out-of-range",
            Self::NotAscii { .. } => "not-ascii",
            Self::UnknownDirection { .. } => "unknown-direction",
            Self::UnknownControl { .. } => "unknown-control",
            Self::OtherEncoding { .. } => "other-encoding",
            Self::Encrypted => "encrypted",
            Self::Fragment => "fragment",
            Self::PartConflict { .. } => "part-conflict",
            Self::Crowded { .. } => "crowded",
        }
    }

    /// The reason in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Noise => "此处不是报文开头；请核对端口所用协议".into(),
            Self::Unfinished => "报文没有结束；对方会重发".into(),
            Self::TooLong { limit } => format!("报文超过标准允许的 {limit} 字节；请核对对方版本"),
            Self::TooShort => "报文短于报头加校验；线路可能丢字节".into(),
            Self::BadLength { stated } => format!("报文声明 {stated} 字节，结尾不在该处；线路可能丢字节"),
            Self::BadChecksum { stated, computed } => {
                format!("校验码为 {stated:X}，应为 {computed:X}；线路可能有误码")
            }
            Self::NoChecksum => "校验码处不是四位十六进制数字；线路可能有误码".into(),
            Self::BadEscape => "7D 之后既非 01 也非 02；线路可能有误码".into(),
            Self::BadField { field } => format!("字段 {field} 缺失或写法不合标准；请核对对方版本"),
            Self::OutOfRange { field } => format!("字段 {field} 的值超出范围；请检查设备"),
            Self::NotAscii { field } => format!("字段 {field} 含有非 ASCII 字符；请核对设备设置"),
            Self::UnknownDirection { found } => format!("方向标识为 {found:X}，既非 0（上行）也非 8（下行）"),
            Self::UnknownControl { found } => format!("此处不应出现控制字符 {found:02X}"),
            Self::OtherEncoding { found } => format!("报文为 {found} 编码；请把测站设为 HEX/BCD 编码"),
            Self::Encrypted => "内容已加密；请提供该站点的密钥".into(),
            Self::Fragment => "报文只是一个分包；请先合包".into(),
            Self::PartConflict { number, total } => {
                format!("第 {number}/{total} 包与先前收到的分包不符；对方会重发")
            }
            Self::Crowded { limit, of } => format!("等待缺失分包的内容过多（上限 {limit}，{of}）；对方会重发"),
        }
    }
}
