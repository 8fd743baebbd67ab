package dev.rivulet.registry.artifacts;

import dev.rivulet.registry.artifacts.BlobStore.Blob;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;

/** A blob as the body of an answer, whole or in ranges. */
public final class BlobBody {

    private BlobBody() {}

    /** The bytes; nothing is read before the answer is written. */
    public static Resource of(Blob blob) {
        return new FileSystemResource(blob.file());
    }
}
