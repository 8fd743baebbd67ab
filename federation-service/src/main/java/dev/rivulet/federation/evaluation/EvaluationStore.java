// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.evaluation;

import java.util.List;
import java.util.Set;

/** Where answers are kept: one of a device about a version. */
public interface EvaluationStore {

    /** Keeps an answer; false if the device has one about the version. */
    boolean add(String federation, Answer answer);

    /** Devices that answered about a version. */
    Set<String> answered(String federation, long version);

    /**
     * The newest versions that anybody measured, the newest first.
     *
     * @param most of them
     */
    List<Measure> measures(String federation, int most);
}
