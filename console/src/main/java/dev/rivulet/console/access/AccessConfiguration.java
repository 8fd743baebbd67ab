// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UserDetailsRepositoryReactiveAuthenticationManager;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity.AuthorizeExchangeSpec;
import org.springframework.security.core.userdetails.MapReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** One sign-in for the page and Spring Boot Admin, or none on a machine of one's own. */
@Configuration(proxyBeanMethods = false)
class AccessConfiguration {

    @Bean
    SignIn signIn(@Value("${server.address:#{null}}") @Nullable String address, AccessSettings settings) {
        return SignIn.decide(address, settings);
    }

    @Bean
    BrowserGuard browserGuard(
            @Value("classpath:static/index.html") Resource page,
            @Value("${spring.boot.admin.context-path}") String adminPath,
            JsonMapper json)
            throws IOException {
        ContentPolicy policy = ContentPolicy.of(page.getContentAsString(StandardCharsets.UTF_8));
        return new BrowserGuard(policy, adminPath, json);
    }

    @Bean
    ReactiveAuthenticationManager authentication(SignIn signIn) {
        return switch (signIn) {
            case SignIn.NotNeeded none ->
                attempt -> Mono.error(new BadCredentialsException("There is no sign-in here"));
            case SignIn.Needed needed -> passwords(needed);
        };
    }

    private static ReactiveAuthenticationManager passwords(SignIn.Needed needed) {
        PasswordEncoder encoder = PasswordEncoderFactories.createDelegatingPasswordEncoder();
        var user = User.withUsername(needed.user())
                .password(encoder.encode(needed.password()))
                .roles("OPERATOR")
                .build();
        var manager = new UserDetailsRepositoryReactiveAuthenticationManager(new MapReactiveUserDetailsService(user));
        manager.setPasswordEncoder(encoder);
        return manager;
    }

    /**
     * Foreign pages are kept off by {@link BrowserGuard} and the strict cookie, so there are no CSRF tokens. The rule of every
     * service guards {@code /actuator} by the token between services. Instances of Spring Boot Admin come from our own
     * configuration: nobody may add one, for the console sends them that token.
     */
    @Bean
    SecurityWebFilterChain security(
            ServerHttpSecurity http, SignIn signIn, @Value("${spring.boot.admin.context-path}") String adminPath) {
        boolean open = signIn instanceof SignIn.NotNeeded;
        http.csrf(ServerHttpSecurity.CsrfSpec::disable);
        http.authorizeExchange(paths -> {
            paths.pathMatchers("/actuator/**").permitAll();
            paths.pathMatchers(HttpMethod.POST, adminPath + "/instances").denyAll();
            paths.pathMatchers(HttpMethod.DELETE, adminPath + "/instances/{id}", adminPath + "/applications/{name}")
                    .denyAll();
            everythingElse(paths, open);
        });
        if (!open) {
            signInByForm(http, adminPath);
        }
        return http.build();
    }

    private static void everythingElse(AuthorizeExchangeSpec paths, boolean open) {
        if (open) {
            paths.anyExchange().permitAll();
        } else {
            paths.anyExchange().authenticated();
        }
    }

    private static void signInByForm(ServerHttpSecurity http, String adminPath) {
        http.formLogin(form -> {});
        http.exceptionHandling(errors -> errors.authenticationEntryPoint(SignInEntryPoint.of(adminPath)));
    }
}
