#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "db/postgres_server.h"
#include "db/test_support.h"

// Each test of a repository is written once and runs on every database: TEST_P(StoresTest, …) with
// ON_EVERY_DATABASE(StoresTest).
namespace db::test {

enum class Backend { sqlite, postgres, postgres_compatibility };

class DatabaseTest : public testing::TestWithParam<Backend> {
  protected:
    DatabaseTest() : db(url(), GetParam() == Backend::postgres_compatibility) {}

    TestDatabase db;

    template <class F>
    auto write(F fn) {
        return db->write(Lane::interactive, fn);
    }
    template <class F>
    auto read(F fn) {
        return db->read(fn);
    }
    bool on_sqlite() const { return GetParam() == Backend::sqlite; }

  private:
    static std::string url() {
        if (GetParam() == Backend::sqlite) return {};
        PostgresServer& server = PostgresServer::get();
        if (server.problem().empty()) return server.new_database();
        ADD_FAILURE() << server.problem();
        return {};
    }
};

inline std::vector<Backend> backends() {
    if (!PostgresServer::skipped()) return {Backend::sqlite, Backend::postgres, Backend::postgres_compatibility};
    std::fprintf(stderr, "STALLWARD_SKIP_POSTGRES=1: nothing is tested on PostgreSQL\n");
    return {Backend::sqlite};
}

inline std::string backend_name(const testing::TestParamInfo<Backend>& info) {
    switch (info.param) {
        case Backend::sqlite:
            return "sqlite";
        case Backend::postgres:
            return "postgres";
        case Backend::postgres_compatibility:
            return "postgres_compatibility";
    }
    return "";
}

#define ON_EVERY_DATABASE(Fixture) \
    INSTANTIATE_TEST_SUITE_P(, Fixture, testing::ValuesIn(db::test::backends()), db::test::backend_name)

}  // namespace db::test
