// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.mlflow.jdbc;

import dev.rivulet.registry.artifacts.BlobReferences;
import dev.rivulet.registry.artifacts.Sha256;
import java.util.Collection;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Files that wait for a version name blobs too. */
@Repository
class JdbcUploadReferences implements BlobReferences {

    private final JdbcClient jdbc;

    JdbcUploadReferences(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    @Override
    public Set<Sha256> among(Collection<Sha256> blobs) {
        String[] digests = blobs.stream().map(Sha256::hex).toArray(String[]::new);
        return Set.copyOf(jdbc.sql("select distinct sha256 from mlflow_upload where sha256 = any(?)")
                .param(digests)
                .query((row, _) -> new Sha256(row.getString("sha256")))
                .list());
    }
}
