// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.publication;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where it is written down which state goes with which version; its bytes are elsewhere. */
public interface StateStore {

    /**
     * What is known of a state.
     *
     * @param model SHA-256 of the version's model
     * @param sha256 of the state's bytes
     * @param clip of the next private round
     */
    record Row(String model, String sha256, @Nullable Double clip) {}

    /** A version whose state is no longer needed. */
    record Old(long version) {}

    /** Keeps a row in place of one that is there. */
    void put(String federation, long version, Row row);

    /** The row of a version. */
    Optional<Row> find(String federation, long version);

    /** Rows of versions before one. */
    List<Old> before(String federation, long version);

    /** Forgets the row of a version. */
    void delete(String federation, long version);
}
