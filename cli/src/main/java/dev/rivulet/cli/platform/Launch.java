// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.home.Part;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How one part is started.
 *
 * @param part the part
 * @param command program and arguments
 * @param fallback the same without its ahead-of-time cache, for the case that the cache is what breaks it
 * @param environment what is added to the environment
 * @param folder working directory
 * @param signal the signal by which it ends cleanly
 * @param url where it answers
 * @param probe whether it is ready
 */
record Launch(
        Part part,
        List<String> command,
        List<String> fallback,
        Map<String, String> environment,
        Path folder,
        String signal,
        String url,
        Probe probe) {

    /** The same part without its cache. */
    Launch withoutCache() {
        return new Launch(part, fallback, fallback, environment, folder, signal, url, probe);
    }

    boolean cached() {
        return !command.equals(fallback);
    }

    /** Never shows the environment: it holds secrets. */
    @Override
    public String toString() {
        return "Launch[" + part.id() + " at " + url + "]";
    }
}
