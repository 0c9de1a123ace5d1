//! Bound words.

use crate::common;

use common::check;

#[test]
fn before_the_number() {
    check("粮食产量不低于30万吨。", ">=300000吨 level [不低于|粮食产量]");
    check("调查失业率不超过5%。", "<=5% level [不超过|调查失业率]");
    check("改善灌溉面积约3万亩。", "~30000亩 amount [改善|灌溉面积]");
    check("推介优质成果超20项。", ">20项 amount [推介|优质成果]");
    check("规上企业总数突破90家。", ">90家 level [突破|规上企业总数]");
}

#[test]
fn after_the_number() {
    check("工业投资增长9%左右。", "~9% change-up [增长|工业投资]");
    check("办结时限压缩至3天以内。", "<=3天 level [压缩至|办结时限]");
    check("引进企业15家以上。", ">=15家 amount [引进|企业]");
}

#[test]
fn inside_the_number() {
    check("培训工匠2000余人次。", ">2000人次 amount [培训|工匠]");
    check("新增车位10多万个。", ">100000个 amount [新增|车位]");
    check("粮食单产提高3%—5%。", ">=3% change-up [提高|粮食单产]");
    check("新建公园3-5个。", ">=3个 amount [新建|公园]");
}
