// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents.pgvector;

import dev.rivulet.gateway.documents.Document;
import dev.rivulet.gateway.documents.Excerpt;
import dev.rivulet.gateway.documents.MeaningStore;
import dev.rivulet.gateway.documents.Vectors;
import dev.rivulet.gateway.documents.pgvector.PgvectorProperties.Index;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

/**
 * Passages with their vectors in one table, the key in a column: all gateways find what one of them has kept. Vectors have length 1, so
 * that the inner product is the cosine.
 */
final class PgvectorMeanings implements MeaningStore, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PgvectorMeanings.class);
    private static final int BATCH = 200;

    private final VectorDatabase database;
    private final PgvectorProperties settings;
    private final CircuitBreaker breaker;

    PgvectorMeanings(VectorDatabase database, PgvectorProperties settings) {
        this.database = database;
        this.settings = settings;
        this.breaker = CircuitBreaker.of(
                "vectors",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(settings.failures())
                        .minimumNumberOfCalls(settings.failures())
                        .failureRateThreshold(100)
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .waitDurationInOpenState(settings.pause())
                        .ignoreExceptions(IllegalArgumentException.class)
                        .build());
    }

    /** Whether the database is left alone now. */
    boolean leftAlone() {
        return breaker.getState() == CircuitBreaker.State.OPEN;
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public Set<String> known(String tenant, String model, List<Document> documents) {
        String sql = "SELECT document, count(*) FROM " + settings.table()
                + " WHERE tenant = ? AND model = ? GROUP BY document";
        Map<String, Integer> passages = new HashMap<>();
        asked(() -> {
            database.reading()
                    .query(
                            sql,
                            row -> {
                                passages.put(row.getString(1), row.getInt(2));
                            },
                            tenant,
                            model);
            return true;
        });
        return documents.stream()
                .filter(document -> passages.getOrDefault(document.id(), 0)
                        == document.passages().size())
                .map(Document::id)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void keep(String tenant, Document document, Vectors vectors) {
        vectors.requireFit(document);
        vectors.rows().stream().findFirst().ifPresent(row -> requireDimensions(vectors.model(), row.length));
        String sql = "INSERT INTO " + settings.table()
                + " (tenant, document, place, model, name, passage, vector) VALUES (?, ?, ?, ?, ?, ?, ?::vector)";
        List<Object[]> rows = new ArrayList<>();
        for (int place = 0; place < vectors.rows().size(); place++) {
            rows.add(new Object[] {
                tenant,
                document.id(),
                place,
                vectors.model(),
                text(document.name()),
                text(document.passages().get(place)),
                literal(vectors.rows().get(place))
            });
        }
        asked(() -> {
            JdbcTemplate writing = database.writing();
            return database.transactions().execute(status -> {
                removed(writing, tenant, document.id());
                for (int at = 0; at < rows.size(); at += BATCH) {
                    writing.batchUpdate(sql, rows.subList(at, Math.min(rows.size(), at + BATCH)));
                }
                return true;
            });
        });
    }

    private void requireDimensions(String model, int length) {
        if (settings.dimensions() > 0 && length != settings.dimensions()) {
            throw new IllegalArgumentException("the model '" + model + "' gives vectors of " + length
                    + " numbers, and rivulet.documents.pgvector.dimensions is " + settings.dimensions());
        }
    }

    @Override
    public void delete(String tenant, String document) {
        asked(() -> removed(database.writing(), tenant, document));
    }

    private int removed(JdbcTemplate writing, String tenant, String document) {
        return writing.update(
                "DELETE FROM " + settings.table() + " WHERE tenant = ? AND document = ?", tenant, document);
    }

    @Override
    public boolean isEmpty(String tenant, String model) {
        String sql = "SELECT EXISTS (SELECT 1 FROM " + settings.table() + " WHERE tenant = ? AND model = ?)";
        return !Boolean.TRUE.equals(asked(() -> database.reading().queryForObject(sql, Boolean.class, tenant, model)));
    }

    @Override
    public List<Excerpt> search(String tenant, String model, float[] question, int most, double least) {
        requireDimensions(model, question.length);
        boolean exact = settings.index() == Index.EXACT;
        String type = exact ? "" : "(" + settings.dimensions() + ")";
        String sql = """
                SELECT name, passage, vector::vector%2$s <#> ?::vector%2$s AS distance FROM %1$s
                WHERE tenant = ? AND model = ? AND vector_dims(vector) = %3$d
                ORDER BY distance LIMIT ?""".formatted(settings.table(), type, question.length);
        String asked = literal(question);
        return Objects.requireNonNull(asked(() -> {
            JdbcTemplate reading = database.reading();
            return database.transactions().execute(status -> {
                if (!exact) {
                    // Goes on until enough of this key are found; without it, passages of other keys would take their
                    // places.
                    reading.execute("SET LOCAL hnsw.iterative_scan = strict_order");
                }
                return reading
                        .query(
                                sql,
                                (row, number) -> new Excerpt(row.getString(1), row.getString(2), -row.getDouble(3)),
                                asked,
                                tenant,
                                model,
                                most)
                        .stream()
                        .filter(found -> found.score() >= least)
                        .toList();
            });
        }));
    }

    /** @throws ProblemException where the database can't be asked */
    private <T extends @Nullable Object> T asked(Supplier<T> work) {
        try {
            return breaker.executeSupplier(work);
        } catch (CallNotPermittedException leftAlone) {
            throw new ProblemException(AWAY);
        } catch (DataAccessException | TransactionException | FlywayException failure) {
            log.warn(
                    "The database of vectors can't be asked: {}",
                    NestedExceptionUtils.getMostSpecificCause(failure).toString());
            throw new ProblemException(AWAY);
        }
    }

    private static final Problem AWAY = Problem.of(
            ProblemCode.DATABASE_UNAVAILABLE, "The database of vectors can't be asked. Send this request again later.");

    /** As pgvector reads one. */
    private static String literal(float[] vector) {
        StringJoiner numbers = new StringJoiner(",", "[", "]");
        for (float number : vector) {
            numbers.add(Float.toString(number));
        }
        return numbers.toString();
    }

    /** PostgreSQL keeps no zero bytes. */
    private static String text(String text) {
        return text.replace("\0", "");
    }

    @Override
    public void close() {
        database.close();
    }
}
