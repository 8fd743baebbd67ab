// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow;

import dev.rivulet.registry.catalog.ModelFile;
import java.time.Instant;
import java.util.List;

/** Which files were uploaded to which folder. Methods join the transaction of the caller. */
public interface UploadStore {

    /** Notes a file, in place of one of the same path. */
    void put(String folder, ModelFile file, Instant at);

    /** The files of a folder by path. */
    List<ModelFile> files(String folder);

    /** How many files of a folder there are. */
    int count(String folder);

    /** How many files there are in all folders. */
    int count();

    /** Forgets the files of a folder; their bytes stay where they are. */
    void forget(String folder);

    /** Forgets files that were uploaded before a moment. */
    void forgetBefore(Instant moment);
}
