// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.rounds.jdbc;

import dev.rivulet.federation.rounds.RoundStore;
import dev.rivulet.federation.rounds.Witness;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The real table of rounds, of which nobody else is told. */
public final class UnwitnessedRounds {

    private UnwitnessedRounds() {}

    /** In that database. */
    public static RoundStore of(JdbcTemplate database, JsonMapper json, TransactionTemplate transactions) {
        return new JdbcRoundStore(
                JdbcClient.create(database),
                database,
                json,
                transactions,
                new DefaultListableBeanFactory().getBeanProvider(Witness.class));
    }
}
