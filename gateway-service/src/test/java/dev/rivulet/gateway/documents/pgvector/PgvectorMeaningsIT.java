// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents.pgvector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rivulet.gateway.NodePostgres;
import dev.rivulet.gateway.documents.Document;
import dev.rivulet.gateway.documents.Excerpt;
import dev.rivulet.gateway.documents.MeaningStore;
import dev.rivulet.gateway.documents.MeaningStoreContractTest;
import dev.rivulet.gateway.documents.Vectors;
import dev.rivulet.gateway.documents.pgvector.PgvectorProperties.Index;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Vectors in a real PostgreSQL with pgvector. Each test has a table of its own, as each deployment has. */
class PgvectorMeaningsIT extends MeaningStoreContractTest {

    private static @Nullable NodePostgres postgres;
    private static String url;
    private static int tables;

    private final List<PgvectorMeanings> open = new ArrayList<>();
    private PgvectorMeanings store;

    @BeforeAll
    static void start() throws Exception {
        Optional<String> another = NodePostgres.another();
        if (another.isEmpty()) {
            postgres = NodePostgres.start();
        }
        url = another.orElseGet(() -> Objects.requireNonNull(postgres).url());
    }

    @AfterAll
    static void stop() {
        NodePostgres own = postgres;
        if (own != null) {
            own.close();
        }
    }

    @BeforeEach
    void make() {
        tables++;
        store = opened(url, Index.EXACT, 0);
    }

    @AfterEach
    void close() {
        open.forEach(PgvectorMeanings::close);
    }

    private PgvectorMeanings opened(String where, Index index, int dimensions) {
        return opened(where, index, dimensions, Duration.ofSeconds(30));
    }

    private PgvectorMeanings opened(String where, Index index, int dimensions, Duration patience) {
        PgvectorProperties settings = new PgvectorProperties(
                where,
                NodePostgres.user(),
                "any",
                "passages_" + tables,
                index,
                dimensions,
                2,
                patience,
                Duration.ofSeconds(30),
                2,
                Duration.ofHours(1));
        PgvectorMeanings meanings = new PgvectorMeanings(new VectorDatabase(settings), settings);
        open.add(meanings);
        return meanings;
    }

    @Override
    protected MeaningStore store() {
        return store;
    }

    @Override
    protected Document document(String tenant, String name, String... passages) {
        return new Document("doc-" + UUID.randomUUID().toString().replace("-", ""), name, 1, 0, List.of(passages));
    }

    @Test
    void severalGatewaysFindWhatOneOfThemKeeps() {
        PgvectorMeanings other = opened(url, Index.EXACT, 0);
        // In one session for all, as PGlite has it, no lock keeps one from making the table while another does.
        CompletableFuture<Boolean> begun = NodePostgres.another().isPresent()
                ? CompletableFuture.supplyAsync(() -> other.isEmpty(TENANT, MODEL))
                : CompletableFuture.completedFuture(other.isEmpty(TENANT, MODEL));
        Document document = document(TENANT, "handbook", "bikes", "dogs");
        store.keep(TENANT, document, vectors(unit(1, 0), unit(0, 1)));
        assertThat(begun).succeedsWithin(Duration.ofMinutes(1));

        assertThat(other.known(TENANT, MODEL, List.of(document))).containsExactly(document.id());
        assertThat(other.search(TENANT, MODEL, unit(1, 0.1f), 1, 0.5))
                .extracting(Excerpt::text)
                .containsExactly("bikes");
        other.delete(TENANT, document.id());
        assertThat(store.isEmpty(TENANT, MODEL)).isTrue();
    }

    @Test
    void theGraphOfNeighboursFindsAKeysPassagesAmongThoseOfOthers() throws Exception {
        PgvectorMeanings indexed = opened(url, Index.HNSW, 3);
        if (isWithoutIterativeScans()) {
            assertThatThrownBy(() -> indexed.isEmpty(TENANT, MODEL)).isInstanceOf(ProblemException.class);
            return;
        }
        for (int other = 0; other < 60; other++) {
            Document document = document("other-" + other, "handbook", "theirs");
            indexed.keep("other-" + other, document, vectors(unit(1, 0.001f * other, 0)));
        }
        indexed.keep(
                TENANT, document(TENANT, "handbook", "bikes", "dogs"), vectors(unit(0.5f, 1, 0), unit(0.1f, 1, 0)));

        assertThat(indexed.search(TENANT, MODEL, unit(1, 0, 0), 2, 0.05))
                .extracting(Excerpt::text)
                .containsExactly("bikes", "dogs");
    }

    private static boolean isWithoutIterativeScans() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, NodePostgres.user(), "any");
                Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery(
                        "SELECT default_version FROM pg_available_extensions WHERE name = 'vector'")) {
            assertThat(version.next()).isTrue();
            return version.getString(1).matches("0\\.[0-7]\\..*");
        }
    }

    @Test
    void vectorsOfAnotherNumberOfDimensionsThanIsSetAreRefused() {
        PgvectorMeanings three = opened(url, Index.EXACT, 3);
        Document document = document(TENANT, "handbook", "bikes");

        assertThatThrownBy(() -> three.keep(TENANT, document, vectors(unit(1, 0))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the model 'minilm' gives vectors of 2 numbers, and"
                        + " rivulet.documents.pgvector.dimensions is 3");
        assertThatThrownBy(() -> three.search(TENANT, MODEL, unit(1, 0), 1, 0))
                .isInstanceOf(IllegalArgumentException.class);
        three.keep(TENANT, document, vectors(unit(1, 0, 0)));
        assertThat(three.search(TENANT, MODEL, unit(1, 0, 0), 1, 0)).hasSize(1);
        assertThat(three.leftAlone()).isFalse();
    }

    @Test
    void aDatabaseThatIsAwayIsAProblemAndIsLeftAloneForAWhile() {
        PgvectorMeanings away =
                opened("jdbc:postgresql://127.0.0.1:1/postgres", Index.EXACT, 0, Duration.ofMillis(250));
        for (int call = 0; call < 2; call++) {
            assertThat(away.leftAlone()).isFalse();
            assertThatThrownBy(() -> away.search(TENANT, MODEL, unit(1, 0), 1, 0))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            problem ->
                                    assertThat(problem.problem().code()).isEqualTo(ProblemCode.DATABASE_UNAVAILABLE));
        }
        assertThat(away.leftAlone()).isTrue();
        assertThatThrownBy(() -> away.keep(TENANT, document(TENANT, "a", "b"), new Vectors(MODEL, List.of(unit(1)))))
                .isInstanceOf(ProblemException.class);
    }
}
