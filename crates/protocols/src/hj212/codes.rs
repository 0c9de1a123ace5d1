//! System codes (ST) and command codes (CN) of the standard, as far as a city meets them.

/// System codes ST: HJ 212-2017, 6.6.1, table 5.
pub mod st {
    /// 地表水质量监测, surface water quality.
    pub const SURFACE_WATER: u8 = 21;
    /// 空气质量监测, ambient air quality.
    pub const AIR: u8 = 22;
    /// 声环境质量监测, ambient noise.
    pub const NOISE: u8 = 23;
    /// 地下水质量监测, ground water.
    pub const GROUND_WATER: u8 = 24;
    /// 土壤质量监测, soil.
    pub const SOIL: u8 = 25;
    /// 海水质量监测, sea water.
    pub const SEA_WATER: u8 = 26;
    /// 挥发性有机物监测, volatile organic compounds.
    pub const VOC: u8 = 27;
    /// 大气环境污染源, sources of air pollution.
    pub const AIR_SOURCE: u8 = 31;
    /// 地表水体环境污染源, sources of water pollution.
    pub const WATER_SOURCE: u8 = 32;
    /// 地下水体环境污染源, sources of ground water pollution.
    pub const GROUND_WATER_SOURCE: u8 = 33;
    /// 海洋环境污染源, sources of sea pollution.
    pub const SEA_SOURCE: u8 = 34;
    /// 土壤环境污染源, sources of soil pollution.
    pub const SOIL_SOURCE: u8 = 35;
    /// 声环境污染源, sources of noise.
    pub const NOISE_SOURCE: u8 = 36;
    /// 振动环境污染源, sources of vibration.
    pub const VIBRATION_SOURCE: u8 = 37;
    /// 放射性环境污染源, sources of radiation.
    pub const RADIATION_SOURCE: u8 = 38;
    /// 工地扬尘污染源, dust of building sites.
    pub const DUST_SOURCE: u8 = 39;
    /// 电磁环境污染源, sources of electromagnetic fields.
    pub const ELECTROMAGNETIC_SOURCE: u8 = 41;
    /// 系统交互, answers between the two sides.
    pub const ANSWERS: u8 = 91;
}

/// Command codes CN: HJ 212-2017, 6.6.5, table 9; the heartbeat is of HJ 212-2025.
pub mod cn {
    /// 设置超时时间及重发次数, set time-out and resends.
    pub const SET_TIMEOUT: u16 = 1000;
    /// 提取/上传现场机时间, the station's time.
    pub const TIME: u16 = 1011;
    /// 设置现场机时间, set the station's time.
    pub const SET_TIME: u16 = 1012;
    /// 现场机时间校准请求, the station asks to have its time set.
    pub const TIME_REQUEST: u16 = 1013;
    /// 提取/上传实时数据间隔, interval of real-time data.
    pub const INTERVAL: u16 = 1061;
    /// 设置实时数据间隔, set the interval of real-time data.
    pub const SET_INTERVAL: u16 = 1062;
    /// 取/上传污染物实时数据, real-time data.
    pub const REAL_TIME: u16 = 2011;
    /// 停止察看污染物实时数据, stop real-time data.
    pub const STOP_REAL_TIME: u16 = 2012;
    /// 取/上传设备运行状态数据, state of the equipment.
    pub const STATE: u16 = 2021;
    /// 停止察看设备运行状态, stop the state of the equipment.
    pub const STOP_STATE: u16 = 2022;
    /// 取/上传污染物日历史数据, day data.
    pub const DAY: u16 = 2031;
    /// 取/上传设备运行时间日历史数据, running times of a day.
    pub const RUNNING_DAY: u16 = 2041;
    /// 取/上传污染物分钟数据, minute data.
    pub const MINUTES: u16 = 2051;
    /// 取/上传污染物小时数据, hour data.
    pub const HOUR: u16 = 2061;
    /// 上传数采仪开机时间, when the station was switched on.
    pub const SWITCHED_ON: u16 = 2081;
    /// 请求应答, answer to a request.
    pub const REQUEST_ANSWER: u16 = 9011;
    /// 执行结果, result of an execution.
    pub const RESULT: u16 = 9012;
    /// 通知应答, answer to a notice.
    pub const NOTICE_ANSWER: u16 = 9013;
    /// 数据应答, answer to data.
    pub const DATA_ANSWER: u16 = 9014;
    /// 心跳包, heartbeat.
    pub const HEARTBEAT: u16 = 9015;
}

/// Answers to a request, QnRtn: HJ 212-2017, 6.6.3, table 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestReturn {
    /// 准备执行请求, will be done.
    Accepted = 1,
    /// 请求被拒绝, is refused.
    Refused = 2,
    /// PW 错误, the password is wrong.
    WrongPassword = 3,
    /// MN 错误, the station's code is wrong.
    WrongStation = 4,
    /// ST 错误, the system code is wrong.
    WrongSystem = 5,
    /// Flag 错误, the Flag is wrong.
    WrongFlag = 6,
    /// QN 错误, the request's number is wrong.
    WrongNumber = 7,
    /// CN 错误, the command is unknown.
    WrongCommand = 8,
    /// CRC 校验错误, the checksum is wrong.
    WrongChecksum = 9,
    /// 未知错误, for another reason.
    Unknown = 100,
}

/// Results of an execution, ExeRtn: HJ 212-2017, 6.6.2, table 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutionReturn {
    /// 执行成功, done.
    Done = 1,
    /// 执行失败，但不知道原因, failed for an unknown reason.
    Failed = 2,
    /// 命令请求条件错误, the command's conditions are wrong.
    WrongCondition = 3,
    /// 通讯超时, no answer in time.
    TimedOut = 4,
    /// 系统繁忙不能执行, too busy.
    Busy = 5,
    /// 系统故障, out of order.
    OutOfOrder = 6,
    /// 没有数据, no data.
    NoData = 100,
}
