#include "api/event_hub.h"

#include <gtest/gtest.h>

namespace {

using namespace api;

Caller caller(std::int64_t session, std::vector<model::StoreId> stores = {}) {
    Caller who;
    who.state = SignedIn::yes;
    who.session = {session};
    who.person.stores = std::move(stores);
    return who;
}

TEST(EventHub, TellsOnlyThoseWhoMaySeeTheStore) {
    EventHub hub;
    std::string all, limited;
    auto a = *hub.open(caller(1));
    auto b = *hub.open(caller(2, {model::StoreId{5}}));
    a->start([&](std::string chunk) { return all += chunk, true; });
    b->start([&](std::string chunk) { return limited += chunk, true; });
    hub.publish({"orders", model::StoreId{4}, ""});
    hub.publish({"orders", model::StoreId{4}, ""});
    hub.publish({"settings", std::nullopt, "x"});
    hub.flush();
    EXPECT_NE(all.find("s_4"), std::string::npos);
    EXPECT_EQ(all.find("s_4"), all.rfind("s_4")) << "told once";
    EXPECT_EQ(limited.find("s_4"), std::string::npos);
    EXPECT_NE(limited.find("settings"), std::string::npos);
}

TEST(EventHub, EndsStreamsOfEndedSessionsAndForgetsClosedOnes) {
    EventHub hub;
    bool ended = false;
    auto a = *hub.open(caller(1));
    auto b = *hub.open(caller(2));
    a->start([&](std::string chunk) { return ended |= chunk.empty(), true; });
    b->start([](std::string) { return false; });
    hub.keep_alive([](model::SessionId session) { return session.value != 1; });
    EXPECT_TRUE(ended);
    hub.keep_alive([](model::SessionId) { return true; });
    EXPECT_EQ(hub.size(), 0u);
}

}  // namespace
