package dev.rivulet.registry.artifacts;

import java.util.Optional;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/** A blob as the body of an answer, whole or in ranges. */
public final class BlobBody {

    private BlobBody() {}

    /** The bytes, if the store has them; nothing is read before the answer is written. */
    public static Optional<Resource> find(BlobStore store, Sha256 digest) {
        return store.find(digest).map(blob -> new FileSystemResource(blob.file()));
    }
}
