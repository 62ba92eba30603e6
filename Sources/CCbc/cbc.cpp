// Clp and Cbc behind a C interface of our own: theirs has no way to end a search that nobody waits for any more.

#include "CCbc.h"

#include <algorithm>
#include <atomic>
#include <new>
#include <string>
#include <vector>

#include <coin/CbcEventHandler.hpp>
#include <coin/CbcModel.hpp>
#include <coin/CbcSolver.hpp>
#include <coin/ClpEventHandler.hpp>
#include <coin/ClpSimplex.hpp>
#include <coin/CoinError.hpp>
#include <coin/OsiClpSolverInterface.hpp>

struct cbc_programme {
    OsiClpSolverInterface solver;
};

struct cbc_flag {
    std::atomic<bool> raised{false};
};

namespace {

/// Asked in every step of the simplex; both libraries copy it into the problems that they derive.
class SimplexWatch : public ClpEventHandler {
public:
    explicit SimplexWatch(const cbc_flag *flag) : flag(flag) {}
    int event(Event) override { return flag->raised.load(std::memory_order_relaxed) ? 0 : -1; }
    ClpEventHandler *clone() const override { return new SimplexWatch(*this); }

private:
    const cbc_flag *flag;
};

/// Asked at every node, and before and after each heuristic.
class NodeWatch : public CbcEventHandler {
public:
    explicit NodeWatch(const cbc_flag *flag) : flag(flag) {}
    CbcAction event(CbcEvent) override { return flag->raised.load(std::memory_order_relaxed) ? stop : noAction; }
    CbcEventHandler *clone() const override { return new NodeWatch(*this); }

private:
    const cbc_flag *flag;
};

int goOn(CbcModel *, int) { return 0; }

} // namespace

cbc_programme *cbc_programme_new(
    int columns, int rows, const int *starts, const int *indices, const double *weights, const double *objective,
    const double *limits, const bool *is_whole, const double *row_least, const double *row_most) try {
    cbc_programme *programme = new cbc_programme;
    OsiClpSolverInterface &solver = programme->solver;
    solver.messageHandler()->setLogLevel(0);
    std::vector<double> least(columns + 1, 0.0);
    solver.loadProblem(
        columns, rows, starts, indices, weights, least.data(), limits, objective, row_least, row_most);
    solver.setObjSense(-1);
    for (int column = 0; column < columns; column++) {
        if (is_whole[column]) solver.setInteger(column);
    }
    return programme;
} catch (const CoinError &) {
    return nullptr;
} catch (const std::bad_alloc &) {
    return nullptr;
}

void cbc_programme_free(cbc_programme *programme) { delete programme; }

cbc_flag *cbc_flag_new(void) { return new (std::nothrow) cbc_flag; }
void cbc_flag_raise(cbc_flag *flag) { flag->raised.store(true, std::memory_order_relaxed); }
void cbc_flag_free(cbc_flag *flag) { delete flag; }

cbc_outcome cbc_relax(
    const cbc_programme *programme, const cbc_flag *flag, double *values, double *prices, double *total) try {
    ClpSimplex model(*programme->solver.getModelPtr());
    model.setLogLevel(0);
    SimplexWatch watch(flag);
    model.passInEventHandler(&watch);
    model.initialSolve();
    if (flag->raised.load()) return cbc_not_found;
    if (model.status() == 1) return cbc_impossible;
    if (model.status() != 0) return cbc_not_found;
    std::copy_n(model.primalColumnSolution(), model.numberColumns(), values);
    std::copy_n(model.dualRowSolution(), model.numberRows(), prices);
    *total = model.objectiveValue();
    return cbc_solved;
} catch (const CoinError &) {
    return cbc_not_found;
} catch (const std::bad_alloc &) {
    return cbc_not_found;
}

cbc_outcome cbc_search(
    const cbc_programme *programme, double seconds, const cbc_flag *flag, double *values, double *bound,
    bool *is_optimal) try {
    OsiClpSolverInterface solver(programme->solver);
    SimplexWatch simplexWatch(flag);
    solver.getModelPtr()->passInEventHandler(&simplexWatch);
    CbcModel model(solver);
    NodeWatch nodeWatch(flag);
    model.passInEventHandler(&nodeWatch);
    CbcSolverUsefulData data;
    CbcMain0(model, data);
    model.setLogLevel(0);
    const std::string limit = std::to_string(seconds);
    const char *words[] = {"sojourn", "-log",          "0", "-slog", "0",           "-ratioGap", "0",
                           "-allowableGap", "0", "-sec", limit.c_str(), "-solve",    "-quit"};
    CbcMain1(sizeof words / sizeof *words, words, model, goOn, data);
    if (flag->raised.load()) return cbc_not_found;
    if (model.isProvenInfeasible()) return cbc_impossible;
    const double *found = model.bestSolution();
    if (found == nullptr) return cbc_not_found;
    std::copy_n(found, model.getNumCols(), values);
    *is_optimal = model.isProvenOptimal();
    *bound = model.getBestPossibleObjValue();
    return cbc_solved;
} catch (const CoinError &) {
    return cbc_not_found;
} catch (const std::bad_alloc &) {
    return cbc_not_found;
}
