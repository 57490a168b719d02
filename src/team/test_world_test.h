#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "db/audit.h"
#include "db/people.h"
#include "db/test_support.h"
#include "team/team.h"
#include "team/totp.h"

// A team in a database of its own, with a clock that stands still.
namespace team::test {

inline constexpr std::string_view k_password = "lantern under quiet gravel";
inline const Visitor k_visitor{"192.0.2.1", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "r1"};
inline const Actor k_cli{"cli", {"cli", "", ""}};

inline PasswordRules load_rules() {
    return PasswordRules::load(STALLWARD_SOURCE_DIR "/rules").value();
}

template <class T>
std::string outcome(const base::Result<T>& result) {
    return result ? "ok" : result.error().key;
}

class World {
  public:
    // Somebody signed in with both factors.
    struct Member {
        Opened opened;
        base::Secret totp;
        std::vector<std::string> recovery_codes;
        const Caller& caller() const { return opened.caller; }
        std::string token() const { return std::string(opened.token.reveal()); }
    };

    Member owner() {
        const base::Secret token = team.make_setup_token().value();
        Opened opened = team.set_up({std::string(token.reveal()), "owner@lamps.example", "Olga",
                                     std::string(k_password), "Lamps", "en"},
                                    k_visitor)
                            .value();
        return enrol(std::move(opened));
    }
    Member member(const std::string& login, model::Role role, const std::vector<model::StoreId>& stores = {}) {
        const Invitation invitation = team.add_person({login, login, role, stores}, k_cli).value();
        return enrol(team.accept_invitation(invitation.token.reveal(), k_password, k_visitor).value());
    }
    Member enrol(Opened opened) {
        const Enrolment enrolment = team.begin_second_factor(opened.caller).value();
        Member made;
        made.totp = secret_of(enrolment);
        Confirmed confirmed =
            team.confirm_second_factor(totp_code(made.totp, db.clock.now()), opened.caller, k_visitor).value();
        made.opened = std::move(confirmed.opened);
        made.recovery_codes = std::move(confirmed.recovery_codes);
        db.clock.advance(base::seconds(30));  // The next code is a new one.
        return made;
    }
    // The secret an app would read from the address in the QR code.
    static base::Secret secret_of(const Enrolment& enrolment) {
        std::string bits;
        std::string bytes;
        for (const char c : enrolment.secret) {
            const int value = c >= 'A' ? c - 'A' : c - '2' + 26;
            for (int bit = 4; bit >= 0; --bit) bits += ((value >> bit) & 1) != 0 ? '1' : '0';
        }
        for (std::size_t i = 0; i + 8 <= bits.size(); i += 8)
            bytes += static_cast<char>(std::stoi(bits.substr(i, 8), nullptr, 2));
        return base::Secret(bytes);
    }
    // The code of now; the clock moves on first, so that it was not used before.
    std::string fresh_code(const base::Secret& secret) {
        db.clock.advance(base::seconds(30));
        return totp_code(secret, db.clock.now());
    }
    static std::string wrong_code(std::string code) {
        code[0] = code[0] == '9' ? '0' : static_cast<char>(code[0] + 1);
        return code;
    }
    Opened sign_in(const std::string& login, const base::Secret& totp) {
        Opened half = team.sign_in(login, k_password, {}, k_visitor).value();
        return team.enter_code(fresh_code(totp), {}, half.caller, k_visitor).value();
    }
    SignedIn state(std::string_view token) { return team.identify(token).value().state; }

    struct Entry {
        std::string actor, kind, object;
        std::map<std::string, std::string> detail;
    };
    // The audit log, oldest first.
    std::vector<Entry> log(const std::string& kind_prefix = {}) {
        db::AuditFilter filter;
        filter.kind_prefix = kind_prefix;
        const auto rows =
            db->read([&](db::Reader& reader) { return db::list_audit(reader, filter, 0, 1'000); }).value();
        std::vector<Entry> entries;
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
            Entry entry{row->entry.actor, row->entry.kind, row->entry.object, {}};
            const auto document = base::JsonDocument::parse(row->entry.payload).value();
            for (const auto& [key, value] : document.root().members())
                entry.detail[std::string(key)] = value.string_or();
            entries.push_back(std::move(entry));
        }
        return entries;
    }

    db::test::TestDatabase db;
    Team team{*db, load_rules(), db.clock, db.random};
};

}  // namespace team::test
