// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.reading;

import java.util.function.Supplier;

/** What a reader keeps beside its effects. */
public interface ReaderStore {

    Inbox inbox();

    Parked parked();

    /**
     * Runs work in one transaction with everything that it keeps.
     *
     * @throws StoreUnavailableException if the database is away
     */
    <R> R transaction(Supplier<R> work);
}
