// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.documents.pgvector;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The PostgreSQL that gateways share.
 *
 * @param url of JDBC: {@code jdbc:postgresql://HOST:PORT/DATABASE}; TLS by its parameter {@code sslmode=verify-full}
 * @param username whose right is to create the table, and the extension where it is not there
 * @param password empty for none
 * @param table of its own for each deployment: 1 to 40 small letters, digits and underscores
 * @param index how passages are searched
 * @param dimensions numbers of a vector; 0 for what the model gives, which an exact search can do with
 * @param pool connections at most
 * @param patience until a connection and an answer are there, at least 250ms
 * @param writePatience until the vectors of a document are written
 * @param failures in a row after which the database is left alone for a while, 1 to 1,000
 * @param pause how long it is
 */
@ConfigurationProperties("rivulet.documents.pgvector")
record PgvectorProperties(
        @DefaultValue("") String url,
        @DefaultValue("") String username,
        @DefaultValue("") String password,
        @DefaultValue("rivulet_passages") String table,
        @DefaultValue("exact") Index index,
        @DefaultValue("0") int dimensions,
        @DefaultValue("4") int pool,
        @DefaultValue("1s") Duration patience,
        @DefaultValue("30s") Duration writePatience,
        @DefaultValue("5") int failures,
        @DefaultValue("5s") Duration pause) {

    /** HNSW takes vectors of so many numbers. */
    private static final int MOST_INDEXED = 2_000;

    private static final int MOST_NUMBERS = 16_000;

    /** How passages are searched. */
    enum Index {
        /** All of a key, one by one. */
        EXACT,
        /** By a graph of neighbours over the passages of all keys, which may miss some. */
        HNSW
    }

    PgvectorProperties {
        require(
                url.startsWith("jdbc:postgresql:"),
                "url (RIVULET_VECTORS_URL) is needed where rivulet.documents.vectors is pgvector, such as"
                        + " jdbc:postgresql://HOST:5432/DATABASE");
        require(table.matches("[a-z_][a-z0-9_]{0,39}"), "table has 1 to 40 small letters, digits and underscores");
        require(dimensions >= 0 && dimensions <= MOST_NUMBERS, "dimensions is between 0 and " + MOST_NUMBERS);
        require(
                index == Index.EXACT || dimensions >= 1 && dimensions <= MOST_INDEXED,
                "dimensions is between 1 and " + MOST_INDEXED + " where index is hnsw");
        require(pool >= 1 && pool <= 100, "pool is between 1 and 100");
        require(patience.toMillis() >= 250 && patience.toMinutes() < 1, "patience is between 250ms and 1m");
        require(
                writePatience.compareTo(patience) >= 0 && writePatience.toHours() < 1,
                "write-patience is at least patience");
        require(failures >= 1 && failures <= 1_000, "failures is between 1 and 1000");
        require(pause.toMillis() >= 1, "pause is at least 1ms");
    }

    private static void require(boolean good, String rule) {
        if (!good) {
            throw new IllegalArgumentException("rivulet.documents.pgvector: " + rule);
        }
    }
}
