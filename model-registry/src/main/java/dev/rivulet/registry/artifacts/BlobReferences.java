// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.artifacts;

import java.util.Collection;
import java.util.Set;

/** Who names blobs; there may be several. A blob that one of them names is not collected. */
public interface BlobReferences {

    /** Those of the given blobs that are named; joins the transaction of the caller. */
    Set<Sha256> among(Collection<Sha256> blobs);
}
