;;; emacs.el --- A session with Eglot and goplens.el  -*- lexical-binding: t; -*-

;; A definition that is found, one that is not, and what the user then sees.  It
;; says so as JSON, in the file that GOPLENS_TEST_VERDICT names.

;; The menu bar asks for the symbols of a Go file while Eglot still handles the
;; answer to initialize, and Emacs stands still for ten seconds.
(menu-bar-mode -1)
(require 'go-mode)
(require 'json)
(add-to-list 'load-path (getenv "GOPLENS_TEST_PLUGIN"))
(require 'goplens)
(setq make-backup-files nil
      vc-handled-backends nil)

(defun blocks (page)
  "The Lisp that PAGE says to write into the init file, in the order it stands there."
  (with-temp-buffer
    (insert-file-contents (expand-file-name page (getenv "GOPLENS_TEST_PAGES")))
    (let (blocks)
      (while (re-search-forward "^ *```elisp\n\\(\\(?:.*\n\\)*?\\) *```$" nil t)
        (push (match-string 1) blocks))
      (nreverse blocks))))

;; The others are for Eglot without the package, and for lsp-mode.
(let ((blocks (blocks "emacs.md")))
  (dolist (number '(0 3))
    (eval (car (read-from-string (concat "(progn " (nth number blocks) ")"))) t)))

(defvar workspace default-directory)
(defvar patience 60)
(defvar verdict nil)

(defun say (what value)
  (push (cons what value) verdict))

(defmacro until (what &rest condition)
  "Let Emacs go on until CONDITION holds, and give its value; WHAT says what that is."
  `(let ((end (+ (float-time) patience))
         value)
     (while (not (setq value (progn ,@condition)))
       (when (> (float-time) end)
         (error "Never: %s" ,what))
       (accept-process-output nil 0.02))
     value))

(defun at (file word)
  "Visit FILE of the workspace, and go to WORD."
  (switch-to-buffer (find-file-noselect (expand-file-name file workspace)))
  (goto-char (point-min))
  (search-forward word)
  (goto-char (match-beginning 0)))

(defun press (keys)
  "Type KEYS, as a user does."
  (execute-kbd-macro (kbd keys)))

(defun place ()
  (format "%s:%d" (file-name-nondirectory buffer-file-name) (line-number-at-pos)))

(defun found ()
  "What Flymake shows of goplens in this buffer."
  (seq-filter (lambda (diagnostic)
                (string-prefix-p "goplens" (flymake-diagnostic-text diagnostic)))
              (flymake-diagnostics)))

(defun healthy ()
  (at "main.go" "Hello")
  (call-interactively #'eglot)
  (until "a server" (eglot-current-server))
  (press "M-.")
  (until "a jump" (equal (buffer-name) "greet.go"))
  (say 'definition (place))
  (say 'found_while_healthy (length (found))))

(defun faulty ()
  (at "greet/loud.go" "Hello")
  (until "a server" (eglot-managed-p))
  (condition-case refusal
      (press "M-.")
    (error (say 'refusal (error-message-string refusal))))
  (let ((diagnostic (car (until "a finding" (flymake-start) (found)))))
    (say 'diagnostic
         `((line . ,(line-number-at-pos (flymake-diagnostic-beg diagnostic)))
           (word . ,(buffer-substring-no-properties
                     (flymake-diagnostic-beg diagnostic)
                     (flymake-diagnostic-end diagnostic))))))
  (call-interactively #'flymake-show-buffer-diagnostics)
  (say 'list (until "the list" (let ((list (shown)))
                                 (and (string-match-p "goplens" list) list))))
  (delete-other-windows)
  (at "greet/loud.go" "Hello"))

(defun shown ()
  "The text of the newest buffer of diagnostics, or of goplens."
  (with-current-buffer (or (seq-find (lambda (buffer)
                                       (string-prefix-p "*Flymake diag" (buffer-name buffer)))
                                     (buffer-list))
                           (current-buffer))
    (buffer-substring-no-properties (point-min) (point-max))))

(defun printed (text)
  "Wait until the buffer shows TEXT, give what it shows, and go back."
  (prog1 (until text (let ((all (buffer-substring-no-properties (point-min) (point-max))))
                       (and (string-match-p text all) all)))
    (kill-buffer)
    (delete-other-windows)
    (at "greet/loud.go" "Hello")))

(defun commands ()
  (call-interactively #'goplens-findings)
  (say 'findings (printed "excluded"))
  (call-interactively #'goplens-findings)
  (press "RET")
  (say 'visited (place))
  (delete-other-windows)
  (press "M-x goplens-explain RET RET")
  (say 'page (printed "What to do"))
  (press "C-u M-x goplens-tail RET method:textDocument/definition RET")
  (say 'tail (printed "loud.go"))
  (call-interactively #'goplens-doctor)
  (say 'doctor (printed "nothing found")))

(defun undone ()
  (goplens-mode -1)
  (say 'undone (format "%S" (nth 3 (eglot--guess-contact)))))

(defun run ()
  (condition-case trouble
      (progn (healthy) (faulty) (commands) (undone))
    (error (say 'trouble (error-message-string trouble))))
  (with-temp-file (getenv "GOPLENS_TEST_VERDICT")
    (insert (json-encode verdict)))
  ;; With the server still there, as it is when somebody quits.
  (kill-emacs))

(add-hook 'emacs-startup-hook #'run)
;;; emacs.el ends here
