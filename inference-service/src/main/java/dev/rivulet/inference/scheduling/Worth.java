// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.scheduling;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What steps cost of late and what drafts were worth, over all sequences. Costs are moving averages in nanoseconds by size, in
 * classes that double: 1, 2, 3 to 4, 5 to 8 and so on; 0 while unknown.
 *
 * @param rows decode steps by their rows
 * @param verifications single verifications by their tokens, the newest one included; drafting counts
 * @param kept drafted tokens that a verification keeps, negative while unknown
 * @param speculating whether the last step that decoded verified a draft
 */
record Worth(List<Double> rows, List<Double> verifications, double kept, boolean speculating) {

    static final Worth UNKNOWN = new Worth(Collections.nCopies(12, 0.0), Collections.nCopies(12, 0.0), -1, false);

    private static final double KEPT_WEIGHT = 0.05;

    Worth {
        rows = List.copyOf(rows);
        verifications = List.copyOf(verifications);
    }

    /** Of a decode step; that of the next class that is known if this one is not, 0 if none is. */
    double step(int size) {
        return size == 0 ? 0 : known(rows, size);
    }

    /** Of the verification of so many tokens. */
    double verification(int size) {
        return known(verifications, size);
    }

    private static double known(List<Double> costs, int size) {
        int wanted = place(costs, size);
        for (int apart = 0; apart < costs.size(); apart++) {
            double above = wanted + apart < costs.size() ? costs.get(wanted + apart) : 0;
            double below = wanted - apart >= 0 ? costs.get(wanted - apart) : 0;
            if (above > 0 || below > 0) {
                return below > 0 ? below : above;
            }
        }
        return 0;
    }

    private static int place(List<Double> costs, int size) {
        return Math.min(costs.size() - 1, Integer.SIZE - Integer.numberOfLeadingZeros(size - 1));
    }

    Worth after(StepOutcome outcome) {
        StepPlan plan = outcome.plan();
        if (!plan.decodes()) {
            return this;
        }
        int count = plan.verifications().size();
        if (count == 0) {
            return new Worth(with(rows, plan.rows().size(), outcome.decodeNanos()), verifications, kept, false);
        }
        int tokens =
                plan.verifications().stream().mapToInt(one -> one.drafted() + 1).sum();
        return new Worth(
                plan.rows().isEmpty() ? rows : with(rows, plan.rows().size(), outcome.decodeNanos()),
                with(verifications, (tokens + count - 1) / count, outcome.verifyNanos() / count),
                keptAfter(outcome),
                true);
    }

    private double keptAfter(StepOutcome outcome) {
        double next = kept;
        for (StepPlan.Verification one : outcome.plan().verifications()) {
            for (Progress progress : outcome.progress()) {
                if (progress.id().equals(one.id()) && !progress.finished()) {
                    int more = progress.computed() - one.position() - 1;
                    next = next < 0 ? more : next + KEPT_WEIGHT * (more - next);
                }
            }
        }
        return next;
    }

    private static List<Double> with(List<Double> costs, int size, long nanos) {
        List<Double> next = new ArrayList<>(costs);
        int place = place(costs, size);
        next.set(place, Pace.average(costs.get(place), nanos));
        return next;
    }
}
