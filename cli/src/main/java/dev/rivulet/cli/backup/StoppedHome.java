// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.backup;

import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.PartRecord;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.util.stream.Stream;

/** A home of which nothing runs, and in which nothing can be started while this is open. */
record StoppedHome(FileLock lock) implements AutoCloseable {

    /** Takes the lock of {@code up}. */
    static StoppedHome of(RivuletHome home) {
        home.create();
        FileLock lock = home.lock().orElseThrow(() -> running(home, "The platform"));
        Stream.of(Part.values())
                .filter(part -> PartRecord.read(home, part.id())
                        .flatMap(PartRecord::process)
                        .isPresent())
                .findFirst()
                .ifPresent(part -> {
                    release(lock);
                    throw running(home, part.id());
                });
        return new StoppedHome(lock);
    }

    private static UsageException running(RivuletHome home, String what) {
        return new UsageException(what + " of " + home.path() + " runs, and its data changes meanwhile. Stop it with"
                + " `./rivulet down`, then do this again.");
    }

    private static void release(FileLock lock) {
        try {
            lock.acquiredBy().close();
        } catch (IOException e) {
            throw new UsageException("The lock of the home can't be given back: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        release(lock);
    }
}
