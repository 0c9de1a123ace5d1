//! Elements with their names and units: SL 651-2014, annex C, table C.1.

/// The code of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// One byte.
    One(u8),
    /// FF and one byte: an element the standard leaves to its users.
    Extended(u8),
}

impl Code {
    /// What the standard says about it; nothing for codes it leaves open, and for those not listed here.
    #[must_use]
    pub fn element(self) -> Option<&'static Element> {
        let Self::One(code) = self else { return None };
        ELEMENTS.binary_search_by_key(&code, |element| element.code).ok().and_then(|place| ELEMENTS.get(place))
    }
}

/// An element of the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its code in the binary encoding.
    pub code: u8,
    /// Its symbol in the ASCII encoding.
    pub symbol: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// Its unit; empty when it has none.
    pub unit: &'static str,
    /// Digits of its values, the decimals included.
    pub digits: u8,
    /// Decimals of its values. A frame states its own, which count.
    pub decimals: u8,
}

impl Element {
    /// Bytes of its values as the standard has them.
    #[must_use]
    pub fn bytes(&self) -> usize {
        usize::from(self.digits.div_ceil(2))
    }
}

const fn element(
    code: u8,
    symbol: &'static str,
    [zh, en, unit]: [&'static str; 3],
    digits: u8,
    decimals: u8,
) -> Element {
    Element { code, symbol, zh, en, unit, digits, decimals }
}

/// The elements, by their codes.
pub const ELEMENTS: &[Element] = &[
    element(0x01, "AC", ["断面面积", "area of the cross-section", "m²"], 8, 2),
    element(0x02, "AI", ["瞬时气温", "air temperature", "°C"], 3, 1),
    element(0x03, "C", ["瞬时水温", "water temperature", "°C"], 3, 1),
    element(0x06, "ED", ["日蒸发量", "evaporation of the day", "mm"], 5, 1),
    element(0x07, "EJ", ["当前蒸发", "evaporation so far", "mm"], 5, 1),
    element(0x08, "FL", ["气压", "air pressure", "hPa"], 5, 0),
    element(0x09, "GH", ["闸坝、水库闸门开启高度", "opening of the gate", "m"], 5, 2),
    element(0x0A, "GN", ["输水设备、闸门(组)编号", "number of the gate", ""], 3, 0),
    element(0x0B, "GS", ["输水设备类别", "kind of the conduit", ""], 1, 0),
    element(0x0C, "GT", ["水库、闸坝闸门开启孔数", "gates open", "孔"], 3, 0),
    element(0x0D, "GTP", ["地温", "ground temperature", "°C"], 3, 1),
    element(0x0E, "H", ["地下水瞬时埋深", "depth to ground water", "m"], 6, 2),
    element(0x0F, "HW", ["波浪高度", "height of waves", "m"], 5, 2),
    element(0x10, "M10", ["10 厘米处土壤含水量", "soil moisture at 10 cm", "%"], 4, 1),
    element(0x11, "M20", ["20 厘米处土壤含水量", "soil moisture at 20 cm", "%"], 4, 1),
    element(0x12, "M30", ["30 厘米处土壤含水量", "soil moisture at 30 cm", "%"], 4, 1),
    element(0x13, "M40", ["40 厘米处土壤含水量", "soil moisture at 40 cm", "%"], 4, 1),
    element(0x14, "M50", ["50 厘米处土壤含水量", "soil moisture at 50 cm", "%"], 4, 1),
    element(0x15, "M60", ["60 厘米处土壤含水量", "soil moisture at 60 cm", "%"], 4, 1),
    element(0x16, "M80", ["80 厘米处土壤含水量", "soil moisture at 80 cm", "%"], 4, 1),
    element(0x17, "M100", ["100 厘米处土壤含水量", "soil moisture at 100 cm", "%"], 4, 1),
    element(0x18, "MST", ["湿度", "humidity", "%"], 4, 1),
    element(0x19, "NS", ["开机台数", "machines running", "台"], 2, 0),
    element(0x1A, "P1", ["1 小时时段降水量", "precipitation of 1 hour", "mm"], 5, 1),
    element(0x1B, "P2", ["2 小时时段降水量", "precipitation of 2 hours", "mm"], 5, 1),
    element(0x1C, "P3", ["3 小时时段降水量", "precipitation of 3 hours", "mm"], 5, 1),
    element(0x1D, "P6", ["6 小时时段降水量", "precipitation of 6 hours", "mm"], 5, 1),
    element(0x1E, "P12", ["12 小时时段降水量", "precipitation of 12 hours", "mm"], 5, 1),
    element(0x1F, "PD", ["日降水量", "precipitation of the day", "mm"], 5, 1),
    element(0x20, "PJ", ["当前降水量", "precipitation so far", "mm"], 5, 1),
    element(0x21, "PN01", ["1 分钟时段降水量", "precipitation of 1 minute", "mm"], 5, 1),
    element(0x22, "PN05", ["5 分钟时段降水量", "precipitation of 5 minutes", "mm"], 5, 1),
    element(0x23, "PN10", ["10 分钟时段降水量", "precipitation of 10 minutes", "mm"], 5, 1),
    element(0x24, "PN30", ["30 分钟时段降水量", "precipitation of 30 minutes", "mm"], 5, 1),
    element(0x25, "PR", ["暴雨量", "precipitation of the storm", "mm"], 5, 1),
    element(0x26, "PT", ["降水量累计值", "precipitation in all", "mm"], 6, 1),
    element(0x27, "Q", ["瞬时流量、抽水流量", "discharge", "m³/s"], 9, 3),
    element(0x28, "Q1", ["取(排)水口流量 1", "discharge of outlet 1", "m³/s"], 9, 3),
    element(0x29, "Q2", ["取(排)水口流量 2", "discharge of outlet 2", "m³/s"], 9, 3),
    element(0x2A, "Q3", ["取(排)水口流量 3", "discharge of outlet 3", "m³/s"], 9, 3),
    element(0x2B, "Q4", ["取(排)水口流量 4", "discharge of outlet 4", "m³/s"], 9, 3),
    element(0x2C, "Q5", ["取(排)水口流量 5", "discharge of outlet 5", "m³/s"], 9, 3),
    element(0x2D, "Q6", ["取(排)水口流量 6", "discharge of outlet 6", "m³/s"], 9, 3),
    element(0x2E, "Q7", ["取(排)水口流量 7", "discharge of outlet 7", "m³/s"], 9, 3),
    element(0x2F, "Q8", ["取(排)水口流量 8", "discharge of outlet 8", "m³/s"], 9, 3),
    element(0x30, "QA", ["总出库流量、过闸总流量", "outflow in all", "m³/s"], 9, 3),
    element(0x31, "QZ", ["输水设备流量、过闸(组)流量", "discharge of the conduit", "m³/s"], 9, 3),
    element(0x32, "SW", ["输沙量", "sediment carried", "万t"], 11, 3),
    element(0x33, "UC", ["风向", "wind direction", ""], 2, 0),
    element(0x34, "UE", ["风力(级)", "wind force", ""], 2, 0),
    element(0x35, "US", ["风速", "wind speed", "m/s"], 4, 1),
    element(0x36, "VA", ["断面平均流速", "mean velocity of the cross-section", "m/s"], 5, 3),
    element(0x37, "VJ", ["当前瞬时流速", "velocity", "m/s"], 5, 3),
    element(0x38, "VT", ["电源电压", "supply voltage", "V"], 4, 2),
    element(0x39, "Z", ["瞬时河道水位、潮位", "river or tide level", "m"], 7, 3),
    element(0x3A, "ZB", ["库(闸、站)下水位", "level below the dam", "m"], 7, 3),
    element(0x3B, "ZU", ["库(闸、站)上水位", "level above the dam", "m"], 7, 3),
    element(0x3C, "Z1", ["取(排)水口水位 1", "level of outlet 1", "m"], 7, 3),
    element(0x3D, "Z2", ["取(排)水口水位 2", "level of outlet 2", "m"], 7, 3),
    element(0x3E, "Z3", ["取(排)水口水位 3", "level of outlet 3", "m"], 7, 3),
    element(0x3F, "Z4", ["取(排)水口水位 4", "level of outlet 4", "m"], 7, 3),
    element(0x40, "Z5", ["取(排)水口水位 5", "level of outlet 5", "m"], 7, 3),
    element(0x41, "Z6", ["取(排)水口水位 6", "level of outlet 6", "m"], 7, 3),
    element(0x42, "Z7", ["取(排)水口水位 7", "level of outlet 7", "m"], 7, 3),
    element(0x43, "Z8", ["取(排)水口水位 8", "level of outlet 8", "m"], 7, 3),
    element(0x44, "SQ", ["含沙量", "sediment content", "kg/m³"], 9, 3),
    element(0x45, "ZT", ["遥测站状态及报警信息", "state and alarms of the station", ""], 8, 0),
    element(0x46, "PH", ["pH 值", "pH", ""], 4, 2),
    element(0x47, "DO", ["溶解氧", "dissolved oxygen", "mg/L"], 4, 1),
    element(0x48, "COND", ["电导率", "conductivity", "µS/cm"], 5, 0),
    element(0x49, "TURB", ["浊度", "turbidity", "度"], 3, 0),
    element(0x4A, "CODMN", ["高锰酸盐指数", "permanganate index", "mg/L"], 4, 1),
    element(0x4B, "REDOX", ["氧化还原电位", "redox potential", "mV"], 5, 1),
    element(0x4C, "NH4N", ["氨氮", "ammonia nitrogen", "mg/L"], 6, 2),
    element(0x4D, "TP", ["总磷", "total phosphorus", "mg/L"], 5, 3),
    element(0x4E, "TN", ["总氮", "total nitrogen", "mg/L"], 5, 2),
    element(0x4F, "TOC", ["总有机碳", "total organic carbon", "mg/L"], 4, 2),
    element(0x50, "CU", ["铜", "copper", "mg/L"], 7, 4),
    element(0x51, "ZN", ["锌", "zinc", "mg/L"], 6, 4),
    element(0x52, "SE", ["硒", "selenium", "mg/L"], 7, 5),
    element(0x53, "AS", ["砷", "arsenic", "mg/L"], 7, 5),
    element(0x54, "THG", ["总汞", "mercury", "mg/L"], 7, 5),
    element(0x55, "CD", ["镉", "cadmium", "mg/L"], 7, 5),
    element(0x56, "PB", ["铅", "lead", "mg/L"], 7, 5),
    element(0x57, "CHLA", ["叶绿素 a", "chlorophyll a", "mg/L"], 4, 2),
    element(0x58, "WP1", ["水压 1", "water pressure 1", "kPa"], 5, 2),
    element(0x59, "WP2", ["水压 2", "water pressure 2", "kPa"], 5, 2),
    element(0x5A, "WP3", ["水压 3", "water pressure 3", "kPa"], 5, 2),
    element(0x5B, "WP4", ["水压 4", "water pressure 4", "kPa"], 5, 2),
    element(0x5C, "WP5", ["水压 5", "water pressure 5", "kPa"], 5, 2),
    element(0x5D, "WP6", ["水压 6", "water pressure 6", "kPa"], 5, 2),
    element(0x5E, "WP7", ["水压 7", "water pressure 7", "kPa"], 5, 2),
    element(0x5F, "WP8", ["水压 8", "water pressure 8", "kPa"], 5, 2),
    element(0x60, "SYL1", ["水表 1 剩余水量", "water left on meter 1", "m³"], 11, 3),
    element(0x61, "SYL2", ["水表 2 剩余水量", "water left on meter 2", "m³"], 11, 3),
    element(0x62, "SYL3", ["水表 3 剩余水量", "water left on meter 3", "m³"], 11, 3),
    element(0x63, "SYL4", ["水表 4 剩余水量", "water left on meter 4", "m³"], 11, 3),
    element(0x64, "SYL5", ["水表 5 剩余水量", "water left on meter 5", "m³"], 11, 3),
    element(0x65, "SYL6", ["水表 6 剩余水量", "water left on meter 6", "m³"], 11, 3),
    element(0x66, "SYL7", ["水表 7 剩余水量", "water left on meter 7", "m³"], 11, 3),
    element(0x67, "SYL8", ["水表 8 剩余水量", "water left on meter 8", "m³"], 11, 3),
    element(0x68, "SBL1", ["水表 1 每小时水量", "water an hour of meter 1", "m³/h"], 10, 2),
    element(0x69, "SBL2", ["水表 2 每小时水量", "water an hour of meter 2", "m³/h"], 10, 2),
    element(0x6A, "SBL3", ["水表 3 每小时水量", "water an hour of meter 3", "m³/h"], 10, 2),
    element(0x6B, "SBL4", ["水表 4 每小时水量", "water an hour of meter 4", "m³/h"], 10, 2),
    element(0x6C, "SBL5", ["水表 5 每小时水量", "water an hour of meter 5", "m³/h"], 10, 2),
    element(0x6D, "SBL6", ["水表 6 每小时水量", "water an hour of meter 6", "m³/h"], 10, 2),
    element(0x6E, "SBL7", ["水表 7 每小时水量", "water an hour of meter 7", "m³/h"], 10, 2),
    element(0x6F, "SBL8", ["水表 8 每小时水量", "water an hour of meter 8", "m³/h"], 10, 2),
    element(0x70, "VTA", ["交流 A 相电压", "voltage of phase A", "V"], 4, 1),
    element(0x71, "VTB", ["交流 B 相电压", "voltage of phase B", "V"], 4, 1),
    element(0x72, "VTC", ["交流 C 相电压", "voltage of phase C", "V"], 4, 1),
    element(0x73, "VIA", ["交流 A 相电流", "current of phase A", "A"], 4, 1),
    element(0x74, "VIB", ["交流 B 相电流", "current of phase B", "A"], 4, 1),
    element(0x75, "VIC", ["交流 C 相电流", "current of phase C", "A"], 4, 1),
    element(0xF4, "DRP", ["1 小时内每 5 分钟时段雨量", "rain of each 5 minutes of an hour", "mm"], 24, 1),
    element(0xF5, "DRZ1", ["1 小时内 5 分钟间隔相对水位 1", "level 1 every 5 minutes of an hour", "m"], 48, 2),
    element(0xF6, "DRZ2", ["1 小时内 5 分钟间隔相对水位 2", "level 2 every 5 minutes of an hour", "m"], 48, 2),
    element(0xF7, "DRZ3", ["1 小时内 5 分钟间隔相对水位 3", "level 3 every 5 minutes of an hour", "m"], 48, 2),
    element(0xF8, "DRZ4", ["1 小时内 5 分钟间隔相对水位 4", "level 4 every 5 minutes of an hour", "m"], 48, 2),
    element(0xF9, "DRZ5", ["1 小时内 5 分钟间隔相对水位 5", "level 5 every 5 minutes of an hour", "m"], 48, 2),
    element(0xFA, "DRZ6", ["1 小时内 5 分钟间隔相对水位 6", "level 6 every 5 minutes of an hour", "m"], 48, 2),
    element(0xFB, "DRZ7", ["1 小时内 5 分钟间隔相对水位 7", "level 7 every 5 minutes of an hour", "m"], 48, 2),
    element(0xFC, "DRZ8", ["1 小时内 5 分钟间隔相对水位 8", "level 8 every 5 minutes of an hour", "m"], 48, 2),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_found_by_their_codes() {
        assert!(ELEMENTS.is_sorted_by(|one, next| one.code < next.code));
        let check = |code: Code, expected: Option<(&str, &str)>| {
            assert_eq!(code.element().map(|element| (element.symbol, element.unit)), expected);
        };
        check(Code::One(0x39), Some(("Z", "m")));
        check(Code::One(0x3B), Some(("ZU", "m")));
        check(Code::One(0x30), Some(("QA", "m³/s")));
        check(Code::One(0xF4), Some(("DRP", "mm")));
        check(Code::One(0x90), None);
        check(Code::Extended(0x39), None);
    }
}
