// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog;

import dev.rivulet.registry.artifacts.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * One file of a version.
 *
 * @param path relative, forward slashes; see {@link FilePaths}
 * @param sha256 the blob that holds its bytes
 * @param size bytes
 */
public record ModelFile(String path, Sha256 sha256, long size) {

    /**
     * Reads a path that a caller sent.
     *
     * @param param where the caller wrote it
     * @throws dev.rivulet.problems.ProblemException if it is missing, leads out of its folder or names a pickle
     */
    public static String checkedPath(@Nullable String path, String param) {
        return FilePaths.checked(path, param);
    }
}
