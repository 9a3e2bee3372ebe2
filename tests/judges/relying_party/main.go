// A relying party: verifies a token by the discovery documents of its issuer, and prints its subject.
//
//	relying_party ISSUER AUDIENCE CA-FILE < TOKEN
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
)

func main() {
	if err := verified(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func verified(issuer, audience, authority string) error {
	pem, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	ctx := oidc.ClientContext(context.Background(), client)
	provider, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return err
	}
	var told struct {
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
	}
	if err := provider.Claims(&told); err != nil {
		return err
	}
	sent, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	config := &oidc.Config{ClientID: audience, SupportedSigningAlgs: told.Algorithms}
	token, err := provider.Verifier(config).Verify(ctx, strings.TrimSpace(string(sent)))
	if err != nil {
		return err
	}
	fmt.Println(token.Subject)
	return nil
}
