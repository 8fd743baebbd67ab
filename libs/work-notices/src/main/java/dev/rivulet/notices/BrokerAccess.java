// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.notices;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.jspecify.annotations.Nullable;

/**
 * How a broker of MQTT 3.1.1 is reached.
 *
 * @param address {@code tcp://host:port} or {@code ssl://host:port}
 * @param user null for a broker that asks for none
 * @param password goes over TLS alone, or to this machine
 * @param ca certificates in PEM that are trusted; the JDK's if null
 * @param answer until a connection stands or a request is answered
 */
public record BrokerAccess(
        URI address,
        @Nullable String user,
        @Nullable String password,
        @Nullable Path ca,
        Duration answer) {

    private static final int MOST_RECONNECT_SECONDS = 60;

    public BrokerAccess {
        boolean plain = "tcp".equals(address.getScheme());
        if (!plain && !"ssl".equals(address.getScheme()) || address.getHost() == null) {
            throw new IllegalArgumentException("a broker is at tcp://host:port or ssl://host:port");
        }
        if (plain && password != null && !here(address.getHost())) {
            throw new IllegalArgumentException("a password goes to " + address.getHost() + " over ssl:// alone");
        }
        if (!answer.isPositive()) {
            throw new IllegalArgumentException("a broker has some time to answer");
        }
    }

    private static boolean here(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** A connection comes back by itself when it was lost. */
    MqttConnectOptions options() throws IOException, GeneralSecurityException {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setAutomaticReconnect(true);
        options.setMaxReconnectDelay(MOST_RECONNECT_SECONDS * 1000);
        options.setConnectionTimeout((int) Math.max(1, answer.toSeconds()));
        options.setMaxInflight(16);
        if (user != null) {
            options.setUserName(user);
        }
        if (password != null) {
            options.setPassword(password.toCharArray());
        }
        if (ca != null) {
            options.setSocketFactory(trusting(ca).getSocketFactory());
        }
        return options;
    }

    private static SSLContext trusting(Path ca) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        try (InputStream in = Files.newInputStream(ca)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, certificate);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** Without its password. */
    @Override
    public String toString() {
        return "BrokerAccess[" + address + ", user " + user + "]";
    }
}
