// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.catalog.jdbc;

import dev.rivulet.registry.artifacts.BlobReferences;
import dev.rivulet.registry.artifacts.Sha256;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Blobs are named by the files of versions. */
@Repository
class JdbcBlobReferences implements BlobReferences {

    private final JdbcClient jdbc;

    JdbcBlobReferences(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Set<Sha256> among(Collection<Sha256> blobs) {
        String[] digests = blobs.stream().map(Sha256::hex).toArray(String[]::new);
        return new HashSet<>(jdbc.sql("select distinct sha256 from model_file where sha256 = any(?)")
                .param(digests)
                .query((row, _) -> new Sha256(row.getString("sha256")))
                .list());
    }
}
