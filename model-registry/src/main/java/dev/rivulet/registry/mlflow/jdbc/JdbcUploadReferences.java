package dev.rivulet.registry.mlflow.jdbc;

import dev.rivulet.registry.artifacts.BlobReferences;
import dev.rivulet.registry.artifacts.Sha256;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
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
        return jdbc
                .sql("select sha256 from mlflow_upload where sha256 = any(?)")
                .param(blobs.stream().map(Sha256::hex).toArray(String[]::new))
                .query(String.class)
                .stream()
                .map(Sha256::new)
                .collect(Collectors.toSet());
    }
}
