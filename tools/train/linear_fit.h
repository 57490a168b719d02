#pragma once

#include <utility>
#include <vector>

// liblinear behind a small face: its header calls a struct `model`, which is a room's name here.
namespace fitting {

struct Node {
    int index = 0;  // From 1.
    double value = 0;
};

// Logistic regression with an L2 penalty; the last weight is the bias, which is not penalised more than the others.
// `times[i]`: how often row i counts.
std::vector<double> logistic(const std::vector<std::vector<Node>>& rows, const std::vector<bool>& bad,
                             const std::vector<int>& times, int features, double cost);

}  // namespace fitting
