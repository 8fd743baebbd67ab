// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.rollouts.analysis;

import java.util.List;

/**
 * The numbers of a decision.
 *
 * @param candidateRequests of the candidate since the step began
 * @param baselineRequests of the baseline
 * @param measures each metric; empty where none was compared
 */
public record Evidence(long candidateRequests, long baselineRequests, List<Measure> measures) {

    public Evidence {
        measures = List.copyOf(measures);
    }
}
