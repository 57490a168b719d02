#include "linear_fit.h"

#include <linear.h>

namespace fitting {

std::vector<double> logistic(const std::vector<std::vector<Node>>& rows, const std::vector<bool>& bad,
                             const std::vector<int>& times, int features, double cost) {
    std::vector<std::vector<feature_node>> vectors;
    std::vector<feature_node*> x;
    std::vector<double> y;
    vectors.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::vector<feature_node> nodes;
        nodes.reserve(rows[i].size() + 2);
        for (const Node& node : rows[i]) nodes.push_back({node.index, node.value});
        nodes.push_back({features + 1, 1});
        nodes.push_back({-1, 0});
        vectors.push_back(std::move(nodes));
        for (int k = 0; k < times[i]; ++k) {
            x.push_back(vectors.back().data());
            y.push_back(bad[i] ? 1 : -1);
        }
    }
    problem data = {};
    data.l = static_cast<int>(x.size());
    data.n = features + 1;
    data.y = y.data();
    data.x = x.data();
    data.bias = 1;
    parameter how = {};
    how.solver_type = L2R_LR;
    how.eps = 0.001;
    how.C = cost;
    set_print_string_function([](const char*) {});
    struct model* made = train(&data, &how);
    std::vector<double> weights(static_cast<std::size_t>(features) + 1, 0);
    const double turn = made->label[0] == 1 ? 1 : -1;
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = turn * made->w[i];
    free_and_destroy_model(&made);
    return weights;
}

}  // namespace fitting
