// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the source tree of this test is. */
public final class Checkout {

    private Checkout() {}

    /** The folder that holds the launcher. */
    public static Path path() {
        return Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent)
                .filter(path -> Files.exists(path.resolve("rivulet")))
                .findFirst()
                .orElseThrow();
    }
}
