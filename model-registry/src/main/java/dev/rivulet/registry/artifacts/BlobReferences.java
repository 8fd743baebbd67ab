package dev.rivulet.registry.artifacts;

import java.util.Collection;
import java.util.Set;

/** Who names blobs. */
public interface BlobReferences {

    /** Those of the given blobs that a version names; joins the transaction of the caller. */
    Set<Sha256> among(Collection<Sha256> blobs);
}
