#include "detect/detectors.h"

#include <array>

#include "detect/detectors/evasion/detector.h"
#include "detect/detectors/impersonation/detector.h"
#include "detect/detectors/link_text/detector.h"
#include "detect/detectors/lookalike/detector.h"
#include "detect/detectors/official/detector.h"
#include "detect/detectors/signs/detector.h"

namespace detect {

std::span<const DetectorEntry> message_detectors() {
    static constexpr auto k_all = std::to_array<DetectorEntry>({
        {"message.official", official::on_message},
        {"message.lookalike", lookalike::on_message},
        {"message.link_text", link_text::on_message},
        {"message.impersonation", impersonation::on_message},
        {"message.evasion", evasion::on_message},
        {"message.credentials", phrases},
        {"message.threat", phrases},
        {"message.off_platform", phrases},
        {"message.fake_service", phrases},
        {"message.review_trade", phrases},
        {"message.extortion", phrases},
        {"message.refund_fraud", phrases},
        {"message.payment", phrases},
        {"message.advance_fee", phrases},
        {"message.prize", phrases},
        {"message.job", phrases},
        {"message.delivery", phrases},
        {"message.malware", phrases},
        {"message.brand_claim", phrases},
        {"message.gambling_loan", phrases},
        {"message.signs", signs::on_message, true},
    });
    return k_all;
}

}  // namespace detect
