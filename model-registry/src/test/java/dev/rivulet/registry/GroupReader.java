// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry;

import dev.rivulet.events.EventType;
import dev.rivulet.reading.EventReader;
import dev.rivulet.reading.GroupMembership;
import dev.rivulet.reading.JdbcReaderStore;
import dev.rivulet.reading.ReaderSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.support.TransactionTemplate;

/** A member of the group {@link #GROUP} as the services have them, whose effect is a row; as a program it reads until it is killed. */
final class GroupReader {

    static final String GROUP = "storm";

    /** Of the effect: nothing but the reader keeps a request from being there twice. */
    static final String TABLE =
            "create table effect (seq bigint generated always as identity, request text, pid bigint)";

    private GroupReader() {}

    /** @param arguments brokers, the address of the database and, if it has one, its name in the group */
    public static void main(String[] arguments) throws Exception {
        DataSource database = new DriverManagerDataSource(arguments[1]);
        JdbcClient jdbc = JdbcClient.create(database);
        long self = ProcessHandle.current().pid();
        try (var reader = new EventReader<>(
                GroupMembership.named(
                        Map.of("bootstrap.servers", arguments[0]), arguments.length > 2 ? arguments[2] : ""),
                EventType.COMPLETION_RECORDED,
                ReaderSettings.of(GROUP),
                new JdbcReaderStore(jdbc, new TransactionTemplate(new DataSourceTransactionManager(database))),
                event -> jdbc.sql("insert into effect (request, pid) values (?, ?)")
                        .params(event.data().getRequest(), self)
                        .update(),
                new SimpleMeterRegistry())) {
            reader.start();
            new CountDownLatch(1).await();
        }
    }
}
