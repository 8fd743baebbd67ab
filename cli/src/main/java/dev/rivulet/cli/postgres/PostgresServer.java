// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.postgres;

import dev.rivulet.cli.home.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/**
 * A PostgreSQL server of one installation: a real one, with fsync and synchronous commits, asking for a password, on the
 * loopback address alone.
 *
 * @param data folder of the database cluster; it is made at the first start and then kept
 * @param programs folder below which the programs are unpacked
 * @param port port on the loopback address
 * @param password password of {@link #OWNER}
 */
public record PostgresServer(Path data, Path programs, int port, String password) {
    /** The database's owner and superuser. */
    public static final String OWNER = "rivulet";

    private static final int INIT_SECONDS = 120;
    private static final int ANSWER_SECONDS = 2;

    /**
     * Makes the cluster if there is none.
     *
     * @return the command that runs the server in the foreground
     */
    public List<String> prepare() throws IOException, InterruptedException {
        Path installed = PostgresBinaries.unpack(programs);
        NotRoot user = NotRoot.find();
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            initialise(installed, user);
        }
        user.own(data);
        List<String> command =
                new ArrayList<>(List.of(installed.resolve("bin/postgres").toString(), "-D", data.toString()));
        for (String setting : settings()) {
            command.add("-c");
            command.add(setting);
        }
        return user.command(command);
    }

    private List<String> settings() {
        return List.of(
                "listen_addresses=127.0.0.1",
                "port=" + port,
                "unix_socket_directories=",
                "fsync=on",
                "synchronous_commit=on",
                "full_page_writes=on",
                "max_connections=60",
                "shared_buffers=64MB",
                "password_encryption=scram-sha-256",
                "logging_collector=off",
                "log_line_prefix=%m [%p] ",
                "timezone=UTC");
    }

    private void initialise(Path installed, NotRoot user) throws IOException, InterruptedException {
        Path fresh = data.resolveSibling(data.getFileName() + ".new");
        if (Files.exists(fresh)) {
            Folders.delete(fresh);
        }
        Files.createDirectories(data.getParent());
        Files.createDirectory(
                fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path words = Files.createTempFile(data.getParent(), "password", "");
        Path told = Files.createTempFile(data.getParent(), "initdb", ".log");
        try {
            Files.writeString(words, password);
            user.own(fresh);
            user.own(words);
            run(user.command(initdb(installed, fresh, words)), told);
            Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.delete(words);
            Files.delete(told);
        }
    }

    private static List<String> initdb(Path installed, Path fresh, Path words) {
        return List.of(
                installed.resolve("bin/initdb").toString(),
                "-D",
                fresh.toString(),
                "-U",
                OWNER,
                "-E",
                "UTF-8",
                "--locale=C",
                "--auth=scram-sha-256",
                "--pwfile=" + words);
    }

    private static void run(List<String> command, Path told) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(told.toFile())
                .start();
        if (!process.waitFor(INIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("initdb took longer than " + INIT_SECONDS + " s");
        }
        if (process.exitValue() != 0) {
            throw new IOException("initdb failed:\n" + Files.readString(told).strip());
        }
    }

    /** Why the server can't run for this user; empty if it can. */
    public static String problem() throws InterruptedException {
        try {
            NotRoot.find();
            return "";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Whether the server answers a query of its owner. */
    public boolean ready() {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            return statement.execute("SELECT 1");
        } catch (SQLException e) {
            return false;
        }
    }

    /** Makes a database unless there is one. */
    public void createDatabase(String name) throws SQLException {
        try (Connection connection = connect("postgres")) {
            try (PreparedStatement known = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
                known.setString(1, name);
                if (known.executeQuery().next()) {
                    return;
                }
            }
            try (Statement create = connection.createStatement()) {
                create.execute("CREATE DATABASE \"" + name.replace("\"", "\"\"") + "\"");
            }
        }
    }

    /** JDBC address of a database on this server. */
    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    private Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.put("user", OWNER);
        properties.put("password", password);
        properties.put("connectTimeout", Integer.toString(ANSWER_SECONDS));
        properties.put("socketTimeout", Integer.toString(ANSWER_SECONDS * 5));
        return DriverManager.getConnection(url(database), properties);
    }

    @Override
    public String toString() {
        return "PostgresServer[data=" + data + ", port=" + port + "]";
    }
}
