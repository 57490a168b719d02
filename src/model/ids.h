#pragma once

#include "base/id.h"

namespace model {

struct StoreTag {
    static constexpr std::string_view prefix = "s_";
};
struct AppTag {
    static constexpr std::string_view prefix = "app_";
};
struct OrderTag {
    static constexpr std::string_view prefix = "o_";
};
struct ConversationTag {
    static constexpr std::string_view prefix = "conv_";
};
struct MessageTag {
    static constexpr std::string_view prefix = "m_";
};
struct StockItemTag {
    static constexpr std::string_view prefix = "k_";
};
struct ListingTag {
    static constexpr std::string_view prefix = "l_";
};
struct ReviewTag {
    static constexpr std::string_view prefix = "v_";
};
struct ReturnTag {
    static constexpr std::string_view prefix = "r_";
};
struct PersonTag {
    static constexpr std::string_view prefix = "u_";
};
struct SessionTag {
    static constexpr std::string_view prefix = "ss_";
};
struct FindingTag {
    static constexpr std::string_view prefix = "f_";
};
struct AlertTag {
    static constexpr std::string_view prefix = "a_";
};
struct CaseTag {
    static constexpr std::string_view prefix = "c_";
};
struct EvidenceTag {
    static constexpr std::string_view prefix = "e_";
};
struct ActionTag {
    static constexpr std::string_view prefix = "x_";
};
struct ImportTag {
    static constexpr std::string_view prefix = "i_";
};
struct ViewTag {
    static constexpr std::string_view prefix = "w_";
};

using StoreId = base::Id<StoreTag>;
using AppId = base::Id<AppTag>;
using OrderId = base::Id<OrderTag>;
using ConversationId = base::Id<ConversationTag>;
using MessageId = base::Id<MessageTag>;
using StockItemId = base::Id<StockItemTag>;
using ListingId = base::Id<ListingTag>;
using ReviewId = base::Id<ReviewTag>;
using ReturnId = base::Id<ReturnTag>;
using PersonId = base::Id<PersonTag>;
using SessionId = base::Id<SessionTag>;
using FindingId = base::Id<FindingTag>;
using AlertId = base::Id<AlertTag>;
using CaseId = base::Id<CaseTag>;
using EvidenceId = base::Id<EvidenceTag>;
using ActionId = base::Id<ActionTag>;
using ImportId = base::Id<ImportTag>;
using ViewId = base::Id<ViewTag>;

}  // namespace model
