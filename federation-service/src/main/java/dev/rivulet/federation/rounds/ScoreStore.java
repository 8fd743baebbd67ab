// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import dev.rivulet.federation.aggregation.Anomaly;
import java.util.List;
import java.util.Map;

/** Where it is kept how far devices' updates lay apart. */
public interface ScoreStore {

    /** Keeps the scores of a round by device; the same again changes nothing. */
    void keep(String federation, long round, Map<String, Anomaly> scores);

    /** The newest scores of each device, the newest first, at most so many of each. */
    Map<String, List<Anomaly>> latest(String federation, int most);
}
