// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds;

import java.util.OptionalLong;

/** Which federations this instance conducts, where there are several instances. */
public interface Leadership {

    /** The epoch of an instance that has no others beside it: nothing is fenced. */
    long ALONE = 0;

    /** For an instance without others beside it. */
    Leadership OF_ALL = _ -> OptionalLong.of(ALONE);

    /** Something about who leads may have changed. */
    record Changed() {}

    /**
     * The epoch under which this instance leads a federation: greater than those of all leads before it.
     *
     * @return empty if another instance leads it, or nobody does
     */
    OptionalLong epoch(String federation);
}
