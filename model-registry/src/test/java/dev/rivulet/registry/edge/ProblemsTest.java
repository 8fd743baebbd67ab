// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.registry.artifacts.StoreUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

class ProblemsTest {

    /** What JDBC, the pool and the transaction say when the server goes at different moments of a request. */
    static Stream<Exception> ofADatabaseThatIsAway() {
        return Stream.of(
                new CannotCreateTransactionException("no connection"),
                new TransactionSystemException("JDBC rollback failed", new SQLException("Connection is closed")),
                new DataAccessResourceFailureException("57P01"),
                new TransientDataAccessResourceException("timed out"),
                new RecoverableDataAccessException("gone"),
                new UncategorizedSQLException("commit", "select 1", new SQLException("Connection is closed")),
                new IllegalStateException(new DataAccessResourceFailureException("08006")));
    }

    @ParameterizedTest
    @MethodSource("ofADatabaseThatIsAway")
    void aDatabaseThatIsAwayIsSaidToBeSo(Exception failure) {
        assertThat(Problems.of(failure).code()).isEqualTo(ProblemCode.DATABASE_UNAVAILABLE);
        assertThat(Problems.of(failure).retryAfterSeconds()).contains(2L);
    }

    @Test
    void aStatementThatTheDatabaseRefusesIsAFaultOfOurs() {
        Exception failure =
                new UncategorizedSQLException("query", "select x", new SQLException("no such column", "42703"));

        assertThat(Problems.of(failure).code()).isEqualTo(ProblemCode.INTERNAL_ERROR);
    }

    @Test
    void aStoreOfBlobsThatIsAwayIsSaidToBeSoAndItsReasonIsNot() {
        Exception failure = new UncheckedIOException(
                new StoreUnavailableException("the bucket refuses the credentials", new IOException("403")));

        assertThat(Problems.of(failure).code()).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
        assertThat(Problems.of(failure).message()).doesNotContain("credentials");
    }

    @Test
    void aFullDiskIsSaidToBeSoAndIsNoFaultOfOurs() {
        for (IOException full : List.of(
                new IOException("No space left on device"),
                new FileSystemException("incoming/x.upload", null, "Disk quota exceeded"))) {
            Problem problem = Problems.of(new UncheckedIOException(full));
            assertThat(problem.code()).isEqualTo(ProblemCode.STORE_UNAVAILABLE);
            assertThat(problem.message()).contains("disk is full").doesNotContain("incoming");
            assertThat(problem.retryAfterSeconds()).contains(30L);
        }
        assertThat(Problems.of(new IOException("Input/output error")).code()).isEqualTo(ProblemCode.INTERNAL_ERROR);
    }
}
